import { Button, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useOrg } from '@/api/me';
import { renewClaims } from '@/api/session';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import classes from './MembersPage.module.css';

/** The way out of the organization. */
export function LeaveSection() {
  const { t } = useTranslation('members');
  const org = useOrg();
  const [asking, setAsking] = useState(false);
  const leave = api.useMutation('post', '/api/orgs/{id}/leave', {
    onSuccess: async () => {
      await renewClaims();
      // Everything on this page belonged to the organization: begin anew.
      location.assign('/');
    },
    onError: () => setAsking(false),
  });
  return (
    <section className={classes.section} aria-labelledby="leave-title">
      <Title order={2} id="leave-title">
        {t('leave.title', { name: org.name })}
      </Title>
      <p className={classes.sectionText}>{t('leave.lead')}</p>
      <Button variant="default" onClick={() => setAsking(true)}>
        {t('leave.action')}
      </Button>
      <ConfirmDialog
        opened={asking}
        title={t('leave.ask', { name: org.name })}
        confirmLabel={t('leave.confirm')}
        danger
        busy={leave.isPending}
        onConfirm={() => leave.mutate({ params: { path: { id: org.id } } })}
        onClose={() => setAsking(false)}
      >
        {t('leave.text')}
      </ConfirmDialog>
    </section>
  );
}
