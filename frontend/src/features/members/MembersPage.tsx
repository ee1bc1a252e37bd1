import { Button } from '@mantine/core';
import { IconUserPlus } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useCan, useOrg } from '@/api/me';
import { ErrorState } from '@/ui/ErrorState';
import { PageHeader } from '@/ui/PageHeader';
import { RowsSkeleton } from '@/ui/Skeletons';
import { InvitationList } from './InvitationList';
import { InviteDialog } from './InviteDialog';
import { LeaveSection } from './LeaveSection';
import { MemberRow } from './MemberRow';
import classes from './MembersPage.module.css';
import { RoleTable } from './RoleTable';

const route = getRouteApi('/app/members');

/** Who belongs to the organization, who is invited, and what each role may do. */
export default function MembersPage() {
  const { t } = useTranslation('members');
  const org = useOrg();
  const mayManage = useCan('members.manage');
  const { invite } = route.useSearch();
  const navigate = route.useNavigate();
  const [inviting, setInviting] = useState(false);
  const members = api.useQuery('get', '/api/orgs/{id}/members', { params: { path: { id: org.id } } });
  const items = members.data?.items;
  const close = () => {
    setInviting(false);
    if (invite) void navigate({ search: {}, replace: true });
  };

  return (
    <div className={classes.page}>
      <PageHeader
        title={t('title')}
        lead={t('lead', { name: org.name })}
        actions={
          mayManage && (
            <Button leftSection={<IconUserPlus size={18} stroke={1.6} />} onClick={() => setInviting(true)}>
              {t('invite.action')}
            </Button>
          )
        }
      />
      {members.isPending && <RowsSkeleton rows={4} height={72} />}
      {members.isError && !items && <ErrorState error={members.error} onRetry={() => members.refetch()} />}
      {items && (
        <ul className={classes.list} aria-label={t('list')}>
          {items.map((member) => (
            <MemberRow key={member.user_id} member={member} />
          ))}
        </ul>
      )}
      {mayManage && <InvitationList members={items ?? []} />}
      <RoleTable />
      <LeaveSection />
      <InviteDialog opened={mayManage && (inviting || Boolean(invite))} onClose={close} />
    </div>
  );
}
