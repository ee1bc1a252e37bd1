import { Anchor, Button, Collapse, Group, Modal, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import { addressOf } from '@/api/accounts';
import { api } from '@/api/client';
import type { Account } from '@/api/types';
import { notifyDone } from '@/shell/notify';
import { FormProblem } from '@/ui/FormProblem';
import { useFormProblem } from '@/ui/useFormProblem';

const APP_PASSWORDS = 'https://bsky.app/settings/app-passwords';

interface Props {
  opened: boolean;
  /** The account to connect again, if this is not a new one. */
  again?: Account;
  onClose: () => void;
}

/** Connects a Bluesky account by its handle and an app password. */
export function BlueskyDialog({ opened, again, onClose }: Props) {
  const { t } = useTranslation('accounts');
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={again ? t('bluesky.again', { handle: addressOf(again) }) : t('bluesky.title')}
      closeButtonProps={{ 'aria-label': t('action.close', { ns: 'common' }) }}
    >
      <BlueskyForm again={again} onDone={onClose} />
    </Modal>
  );
}

function BlueskyForm({ again, onDone }: { again?: Account; onDone: () => void }) {
  const { t } = useTranslation('accounts');
  const queries = useQueryClient();
  const [advanced, toggle] = useDisclosure(Boolean(again?.instance && again.instance !== 'bsky.social'));
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: {
      identifier: again?.handle ?? '',
      app_password: '',
      service: advanced ? (again?.instance ?? '') : '',
    },
    validate: {
      identifier: (value) => (value.trim() ? null : t('bluesky.identifier.missing')),
      app_password: (value) => (value ? null : t('bluesky.password.missing')),
    },
  });
  const { problem, fail, clear } = useFormProblem(form);
  const connect = api.useMutation('post', '/api/accounts/connect/bluesky', {
    meta: { handlesError: true },
    onMutate: clear,
    onError: fail,
    onSuccess: async (account) => {
      await queries.invalidateQueries({ queryKey: ['get', '/api/accounts'] });
      notifyDone(t('connected', { handle: addressOf(account) }));
      onDone();
    },
  });
  // A refused address must be visible to be mended.
  const { service: serviceError } = form.errors;
  useEffect(() => {
    if (serviceError) toggle.open();
  }, [serviceError, toggle.open]);

  const submit = form.onSubmit(({ identifier, app_password, service }) =>
    connect.mutate({
      body: {
        identifier: identifier.trim().replace(/^@/, ''),
        app_password,
        service: service.trim() || undefined,
      },
    }),
  );

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput
          label={t('bluesky.identifier.label')}
          placeholder="name.bsky.social"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          data-autofocus
          {...form.getInputProps('identifier')}
          key={form.key('identifier')}
        />
        <PasswordInput
          label={t('bluesky.password.label')}
          description={
            <Trans t={t} i18nKey="bluesky.password.help">
              {'Not your usual password. '}
              <Anchor
                href={APP_PASSWORDS}
                target="_blank"
                rel="noopener noreferrer"
                inherit
                underline="always"
              >
                Make an app password
              </Anchor>
              {' and paste it here.'}
            </Trans>
          }
          autoComplete="off"
          visibilityToggleButtonProps={{ 'aria-label': t('bluesky.password.show') }}
          {...form.getInputProps('app_password')}
          key={form.key('app_password')}
        />
        <div>
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            onClick={toggle.toggle}
            aria-expanded={advanced}
          >
            {t('bluesky.service.toggle')}
          </Button>
          <Collapse expanded={advanced}>
            <TextInput
              mt="xs"
              label={t('bluesky.service.label')}
              description={t('bluesky.service.help')}
              placeholder="https://bsky.social"
              inputMode="url"
              {...form.getInputProps('service')}
              key={form.key('service')}
            />
          </Collapse>
        </div>
        <FormProblem problem={problem} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            {t('action.cancel', { ns: 'common' })}
          </Button>
          <Button type="submit" loading={connect.isPending}>
            {t('bluesky.submit')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
