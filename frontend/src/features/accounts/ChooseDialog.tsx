import { Alert, Button, Group, Modal, Skeleton, Stack } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Choices, connectChosen, useChoices } from '@/api/networks';
import { asProblem } from '@/api/problem';
import { AccountAvatar } from '@/parts/AccountAvatar';
import cards from '@/parts/AccountPicker.module.css';
import { notifyDone } from '@/shell/notify';
import { ErrorState } from '@/ui/ErrorState';
import { FormProblem } from '@/ui/FormProblem';
import { LeftOut } from './LeftOut';

interface Props {
  /** The choice that the network's answer left; null when there is none. */
  id: string | null;
  onClose: () => void;
}

/** Chooses which of the pages, profiles or channels that permission was given for are connected. */
export function ChooseDialog({ id, onClose }: Props) {
  const { t } = useTranslation('accounts');
  return (
    <Modal
      opened={id !== null}
      onClose={onClose}
      size="lg"
      title={t('choose.title')}
      closeButtonProps={{ 'aria-label': t('action.close', { ns: 'common' }) }}
    >
      {id && <Loaded id={id} onClose={onClose} />}
    </Modal>
  );
}

function Loaded({ id, onClose }: { id: string; onClose: () => void }) {
  const { data, isPending, error } = useChoices(id);
  if (isPending) {
    return (
      <Stack gap="xs" aria-busy="true">
        <Skeleton height={60} radius="md" />
        <Skeleton height={60} radius="md" />
      </Stack>
    );
  }
  if (!data) return <Expired error={error} onClose={onClose} />;
  return <Choose id={id} choices={data} onClose={onClose} />;
}

/** A choice is kept for minutes only: the way out is to begin again. */
function Expired({ error, onClose }: { error: unknown; onClose: () => void }) {
  const { t } = useTranslation('accounts');
  if (asProblem(error).slug !== 'not-found') return <ErrorState error={error} onRetry={onClose} />;
  return (
    <Stack gap="md">
      <p style={{ margin: 0 }}>{t('choose.expired')}</p>
      <Group justify="flex-end">
        <Button onClick={onClose}>{t('choose.again')}</Button>
      </Group>
    </Stack>
  );
}

function Choose({ id, choices, onClose }: { id: string; choices: Choices; onClose: () => void }) {
  const { t } = useTranslation('accounts');
  const queries = useQueryClient();
  const { platform, accounts, missing } = choices;
  const [chosen, setChosen] = useState(() =>
    accounts.length === 1 ? accounts.map(({ remote_id }) => remote_id) : [],
  );
  const connect = useMutation({
    mutationFn: () => connectChosen(id, chosen),
    meta: { handlesError: true },
    onSuccess: async (connected) => {
      await queries.invalidateQueries({ queryKey: ['get', '/api/accounts'] });
      notifyDone(t('choose.done', { count: connected.length }));
      onClose();
    },
  });
  const toggle = (remote: string) =>
    setChosen((before) =>
      before.includes(remote) ? before.filter((each) => each !== remote) : [...before, remote],
    );
  if (accounts.length === 0) return <Alert color="amber">{t('choose.none')}</Alert>;
  return (
    <Stack gap="md">
      <p style={{ margin: 0 }}>
        {t('choose.lead', { network: t(`platform.${platform}`, { ns: 'common' }) })}
      </p>
      <fieldset className={cards.set} aria-label={t('choose.title')}>
        <div className={cards.cards}>
          {accounts.map(({ remote_id, connected, ...shown }) => (
            <label key={remote_id} className={cards.card}>
              <input
                type="checkbox"
                className={cards.box}
                checked={chosen.includes(remote_id)}
                onChange={() => toggle(remote_id)}
              />
              <AccountAvatar account={{ ...shown, platform }} size={36} />
              <span className={cards.words}>
                <span className={cards.name} dir="auto">
                  {shown.name}
                </span>
                <span className={cards.handle}>
                  {connected ? t('choose.connected') : shown.handle && `@${shown.handle}`}
                </span>
              </span>
              <span className={cards.tick} aria-hidden>
                <IconCheck size={14} stroke={3} />
              </span>
            </label>
          ))}
        </div>
      </fieldset>
      <LeftOut platform={platform} missing={missing} />
      <FormProblem problem={connect.error ? asProblem(connect.error) : null} />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t('action.cancel', { ns: 'common' })}
        </Button>
        <Button
          disabled={chosen.length === 0}
          loading={connect.isPending}
          onClick={() => connect.mutate()}
          data-autofocus
        >
          {t('choose.submit', { count: chosen.length })}
        </Button>
      </Group>
    </Stack>
  );
}
