import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconCheck, IconExternalLink, IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account, Delivery } from '@/api/types';
import { atHandle } from '@/parts/accountName';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import { FormProblem } from '@/ui/FormProblem';
import { useFormProblem } from '@/ui/useFormProblem';
import classes from './Trouble.module.css';

const icon = { size: 14, stroke: 2, 'aria-hidden': true } as const;

interface Props {
  delivery: Delivery;
  account: Account | undefined;
  canDecide: boolean;
  busy: boolean;
  onRetry: () => void;
  /** Throws what the form shows. */
  onConfirm: (url?: string) => Promise<void>;
}

/** The answer was lost: two ways out, both explained, and neither taken for the person. */
export function Unknown({ delivery, account, canDecide, busy, onRetry, onConfirm }: Props) {
  const { t } = useTranslation('posts');
  const [asking, setAsking] = useState<'there' | 'again' | null>(null);
  const close = () => setAsking(null);
  const network = t(`platform.${delivery.platform}`, { ns: 'common' });
  const handle = account ? atHandle(account) : network;
  return (
    <div className={classes.trouble} data-tone="warn">
      <p>
        <strong>{t('unknown.title')}</strong>
      </p>
      <p>{t(canDecide ? 'unknown.text' : 'unknown.textOthers', { network })}</p>
      {delivery.error && (
        <p>
          <span className={classes.said}>{t('receipts.said', { network })}:</span>{' '}
          <q dir="auto">{delivery.error.message}</q>
        </p>
      )}
      {account?.url && (
        <a href={account.url} target="_blank" rel="noreferrer" className={classes.look}>
          {t('unknown.look', { account: handle })} <IconExternalLink {...icon} />
        </a>
      )}
      {canDecide && (
        <Group gap="xs">
          <Button
            size="xs"
            variant="default"
            leftSection={<IconCheck {...icon} />}
            disabled={busy}
            onClick={() => setAsking('there')}
          >
            {t('unknown.there')}
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconRefresh {...icon} />}
            loading={busy}
            onClick={() => setAsking('again')}
          >
            {t('unknown.again')}
          </Button>
        </Group>
      )}
      <Modal
        opened={asking === 'there'}
        onClose={close}
        title={t('unknown.confirmThere.title', { network })}
        closeButtonProps={{ 'aria-label': t('action.close', { ns: 'common' }) }}
      >
        <ThereForm network={network} onConfirm={onConfirm} onClose={close} />
      </Modal>
      <ConfirmDialog
        opened={asking === 'again'}
        title={t('unknown.confirmAgain.title', { network })}
        confirmLabel={t('unknown.again')}
        onClose={close}
        onConfirm={() => {
          close();
          onRetry();
        }}
      >
        {t('unknown.confirmAgain.text', { account: handle })}
      </ConfirmDialog>
    </div>
  );
}

interface FormProps {
  network: string;
  onConfirm: Props['onConfirm'];
  onClose: () => void;
}

/** Says what counting it as published means, and asks where it is for who knows. */
function ThereForm({ network, onConfirm, onClose }: FormProps) {
  const { t } = useTranslation('posts');
  const [busy, setBusy] = useState(false);
  const form = useForm({ mode: 'uncontrolled', initialValues: { url: '' } });
  const { problem, fail, clear } = useFormProblem(form);
  const submit = form.onSubmit(async ({ url }) => {
    clear();
    setBusy(true);
    try {
      await onConfirm(url.trim() || undefined);
      onClose();
    } catch (thrown) {
      fail(thrown);
      setBusy(false);
    }
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <div>{t('unknown.confirmThere.text', { network })}</div>
        <TextInput
          type="url"
          label={t('unknown.confirmThere.url')}
          description={t('unknown.confirmThere.urlHelp')}
          placeholder="https://"
          maxLength={2000}
          autoComplete="off"
          data-autofocus
          {...form.getInputProps('url')}
          key={form.key('url')}
        />
        <FormProblem problem={problem} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('action.cancel', { ns: 'common' })}
          </Button>
          <Button type="submit" loading={busy}>
            {t('unknown.there')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
