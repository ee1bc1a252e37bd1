import { ActionIcon, Badge, Select } from '@mantine/core';
import { IconUserMinus } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useCan, useMe, useOrg } from '@/api/me';
import type { Member, Role } from '@/api/types';
import { notifyDone } from '@/shell/notify';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import { Monogram } from '@/ui/Mark';
import { TimeText } from '@/ui/TimeText';
import classes from './MembersPage.module.css';
import { grantable, ROLES } from './roles';

/** One member: role and removal for those who may, plain words for the others. */
export function MemberRow({ member }: { member: Member }) {
  const { t } = useTranslation(['members', 'common']);
  const me = useMe();
  const org = useOrg();
  const mayManage = useCan('members.manage');
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const own = member.user_id === me.user_id;
  const editable = mayManage && !own && (org.role === 'owner' || member.role !== 'owner');
  const path = { id: org.id, user_id: member.user_id };
  const refresh = () => queries.invalidateQueries({ queryKey: ['get', '/api/orgs/{id}/members'] });
  const change = api.useMutation('patch', '/api/orgs/{id}/members/{user_id}', {
    onSuccess: async ({ name, role }) => {
      await refresh();
      notifyDone(t('changed', { name, role: t(`common:role.${role}`) }));
    },
  });
  const remove = api.useMutation('delete', '/api/orgs/{id}/members/{user_id}', {
    onSuccess: async () => {
      await refresh();
      notifyDone(t('removed', { name: member.name }));
    },
    onSettled: () => setAsking(false),
  });
  const options = ROLES.filter((role) => role === member.role || grantable(org.role).includes(role));

  return (
    <li className={classes.row}>
      <Monogram name={member.name} round size={36} />
      <div className={classes.words}>
        <p className={classes.name}>
          {member.name}{' '}
          {own && (
            <Badge component="span" variant="light" size="sm" tt="none">
              {t('you')}
            </Badge>
          )}
        </p>
        <p className={classes.detail}>
          <span>{member.email}</span>
          <span>
            {t('joined')} <TimeText at={member.joined_at} zone={org.zone} style="day" />
          </span>
        </p>
      </div>
      <div className={classes.role}>
        {editable ? (
          <Select
            aria-label={t('roleOf', { name: member.name })}
            value={change.isPending ? change.variables.body.role : member.role}
            data={options.map((role) => ({ value: role, label: t(`common:role.${role}`) }))}
            allowDeselect={false}
            disabled={change.isPending}
            onChange={(role) =>
              role &&
              role !== member.role &&
              change.mutate({ params: { path }, body: { role: role as Role } })
            }
          />
        ) : (
          t(`common:role.${member.role}`)
        )}
      </div>
      {editable && (
        <ActionIcon aria-label={t('remove.action', { name: member.name })} onClick={() => setAsking(true)}>
          <IconUserMinus size={18} stroke={1.6} />
        </ActionIcon>
      )}
      <ConfirmDialog
        opened={asking}
        title={t('remove.title', { name: member.name })}
        confirmLabel={t('remove.confirm')}
        danger
        busy={remove.isPending}
        onConfirm={() => remove.mutate({ params: { path } })}
        onClose={() => setAsking(false)}
      >
        {t('remove.text', { org: org.name })}
      </ConfirmDialog>
    </li>
  );
}
