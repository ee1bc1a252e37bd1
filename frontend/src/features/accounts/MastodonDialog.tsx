import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addressOf } from '@/api/accounts';
import { api } from '@/api/client';
import type { Account } from '@/api/types';
import { FormProblem } from '@/ui/FormProblem';
import { useFormProblem } from '@/ui/useFormProblem';

interface Props {
  opened: boolean;
  /** The account to connect again, if this is not a new one. */
  again?: Account;
  onClose: () => void;
}

/** Connects a Mastodon account: asks for the server, which then asks for permission. */
export function MastodonDialog({ opened, again, onClose }: Props) {
  const { t } = useTranslation('accounts');
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={again ? t('mastodon.again', { handle: addressOf(again) }) : t('mastodon.title')}
      closeButtonProps={{ 'aria-label': t('action.close', { ns: 'common' }) }}
    >
      <MastodonForm again={again} onClose={onClose} />
    </Modal>
  );
}

function MastodonForm({ again, onClose }: { again?: Account; onClose: () => void }) {
  const { t } = useTranslation('accounts');
  const [leaving, setLeaving] = useState(false);
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { instance: again?.instance ?? '' },
    validate: { instance: (value) => (value.trim() ? null : t('mastodon.instance.missing')) },
  });
  const { problem, fail, clear } = useFormProblem(form);
  const connect = api.useMutation('post', '/api/accounts/connect/mastodon', {
    meta: { handlesError: true },
    onMutate: clear,
    onError: fail,
    onSuccess: ({ authorize_url }) => {
      setLeaving(true);
      location.assign(authorize_url);
    },
  });
  const submit = form.onSubmit(({ instance }) => connect.mutate({ body: { instance: instance.trim() } }));

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput
          label={t('mastodon.instance.label')}
          description={t('mastodon.instance.help')}
          placeholder="mastodon.social"
          inputMode="url"
          autoCapitalize="none"
          spellCheck={false}
          data-autofocus
          {...form.getInputProps('instance')}
          key={form.key('instance')}
        />
        <FormProblem problem={problem} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('action.cancel', { ns: 'common' })}
          </Button>
          <Button type="submit" loading={connect.isPending || leaving}>
            {t('mastodon.submit')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
