import { Button, Group, Modal, Radio, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, idempotencyKey } from '@/api/client';
import { useOrg } from '@/api/me';
import type { Role } from '@/api/types';
import { notifyDone } from '@/shell/notify';
import { FormProblem } from '@/ui/FormProblem';
import { useFormProblem } from '@/ui/useFormProblem';
import { grantable } from './roles';

/** Invites somebody by mail, with the role they will have. */
export function InviteDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation('members');
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('invite.title')}
      closeButtonProps={{ 'aria-label': t('action.close', { ns: 'common' }) }}
    >
      <InviteForm onDone={onClose} />
    </Modal>
  );
}

function InviteForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation(['members', 'common']);
  const org = useOrg();
  const queries = useQueryClient();
  const [key, setKey] = useState(idempotencyKey);
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email: '', role: 'author' as Role },
    validate: { email: (value) => (/^\S+@\S+\.\S+$/.test(value.trim()) ? null : t('invite.email.invalid')) },
    // Another address is another invitation, not the same one sent again.
    onValuesChange: () => setKey(idempotencyKey()),
  });
  const { problem, fail, clear } = useFormProblem(form);
  const invite = api.useMutation('post', '/api/orgs/{id}/invitations', {
    meta: { handlesError: true },
    onMutate: clear,
    onError: fail,
    onSuccess: async ({ email }) => {
      await queries.invalidateQueries({ queryKey: ['get', '/api/orgs/{id}/invitations'] });
      notifyDone(t('invite.done', { email }));
      onDone();
    },
  });
  const submit = form.onSubmit(({ email, role }) =>
    invite.mutate({
      params: { path: { id: org.id } },
      headers: { 'Idempotency-Key': key },
      body: { email: email.trim(), role },
    }),
  );

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput
          type="email"
          label={t('invite.email.label')}
          autoComplete="off"
          data-autofocus
          {...form.getInputProps('email')}
          key={form.key('email')}
        />
        <Radio.Group label={t('invite.role')} {...form.getInputProps('role')} key={form.key('role')}>
          <Stack gap="xs" mt="xs">
            {grantable(org.role).map((role) => (
              <Radio
                key={role}
                value={role}
                label={t(`common:role.${role}`)}
                description={t(`explained.${role}`)}
              />
            ))}
          </Stack>
        </Radio.Group>
        <FormProblem problem={problem} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            {t('common:action.cancel')}
          </Button>
          <Button type="submit" loading={invite.isPending}>
            {t('invite.submit')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
