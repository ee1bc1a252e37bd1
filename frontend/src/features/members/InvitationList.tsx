import { ActionIcon, Anchor, Title } from '@mantine/core';
import { IconMail, IconTrash } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { loadConfig } from '@/api/config';
import { useOrg } from '@/api/me';
import type { Member } from '@/api/types';
import { notifyDone } from '@/shell/notify';
import { ErrorState } from '@/ui/ErrorState';
import { RowsSkeleton } from '@/ui/Skeletons';
import { TimeText } from '@/ui/TimeText';
import classes from './MembersPage.module.css';

/** The invitations that nobody has accepted yet; `members` names who sent them. */
export function InvitationList({ members }: { members: Member[] }) {
  const { t } = useTranslation(['members', 'common']);
  const org = useOrg();
  const queries = useQueryClient();
  const invitations = api.useQuery('get', '/api/orgs/{id}/invitations', { params: { path: { id: org.id } } });
  const config = useQuery({ queryKey: ['config'], queryFn: loadConfig, staleTime: Number.POSITIVE_INFINITY });
  const revoke = api.useMutation('delete', '/api/orgs/{id}/invitations/{invitation_id}', {
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['get', '/api/orgs/{id}/invitations'] });
      notifyDone(t('invitations.revoked'));
    },
  });
  const open = invitations.data?.items.filter(({ status }) => status !== 'accepted');
  const sender = (id: string) => members.find(({ user_id }) => user_id === id)?.name;

  return (
    <section className={classes.section} aria-labelledby="invitations-title">
      <Title order={2} id="invitations-title">
        {t('invitations.title')}
      </Title>
      <p className={classes.sectionText}>
        {open?.length === 0 ? t('invitations.none') : t('invitations.lead')}{' '}
        {config.data?.mailbox && (
          <Anchor href={config.data.mailbox} target="_blank" inherit underline="always">
            {t('invitations.mailbox')}
          </Anchor>
        )}
      </p>
      {invitations.isPending && <RowsSkeleton rows={1} height={72} />}
      {invitations.isError && !open && (
        <ErrorState error={invitations.error} onRetry={() => invitations.refetch()} />
      )}
      {open && open.length > 0 && (
        <ul className={classes.list}>
          {open.map((invitation) => (
            <li key={invitation.id} className={classes.row}>
              <span className={classes.icon} aria-hidden>
                <IconMail size={20} stroke={1.6} />
              </span>
              <div className={classes.words}>
                <p className={classes.name}>{invitation.email}</p>
                <p className={classes.detail}>
                  <span>
                    {invitation.status === 'expired' ? t('invitations.expired') : t('invitations.until')}{' '}
                    <TimeText at={invitation.expires_at} zone={org.zone} style="day" />
                  </span>
                  {sender(invitation.invited_by) && (
                    <span>{t('invitations.by', { name: sender(invitation.invited_by) })}</span>
                  )}
                </p>
              </div>
              <div className={classes.role}>{t(`common:role.${invitation.role}`)}</div>
              <ActionIcon
                aria-label={t('invitations.revoke', { email: invitation.email })}
                loading={revoke.isPending && revoke.variables.params.path.invitation_id === invitation.id}
                onClick={() =>
                  revoke.mutate({ params: { path: { id: org.id, invitation_id: invitation.id } } })
                }
              >
                <IconTrash size={18} stroke={1.6} />
              </ActionIcon>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
