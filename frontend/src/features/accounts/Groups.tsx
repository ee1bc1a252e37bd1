import { ActionIcon, Button, Title } from '@mantine/core';
import { IconPencil, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AccountGroup, useGroups } from '@/api/networks';
import type { Account } from '@/api/types';
import { AccountAvatar } from '@/parts/AccountAvatar';
import { ErrorState } from '@/ui/ErrorState';
import { GroupDialog } from './GroupDialog';
import classes from './Groups.module.css';

/** Accounts that are chosen together. */
export function Groups({ accounts, mayManage }: { accounts: Account[]; mayManage: boolean }) {
  const { t } = useTranslation('accounts');
  const { data, error, refetch } = useGroups();
  const [open, setOpen] = useState<AccountGroup | null>(null);
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data || (data.groups.length === 0 && !mayManage)) return null;
  return (
    <section className={classes.section} aria-labelledby="groups-title">
      <div className={classes.head}>
        <div>
          <Title order={2} id="groups-title">
            {t('groups.title')}
          </Title>
          <p className={classes.lead}>{t('groups.lead')}</p>
        </div>
        {mayManage && (
          <Button
            variant="default"
            leftSection={<IconPlus size={16} stroke={1.8} />}
            onClick={() => setOpen({ id: '', name: '', account_ids: [] })}
          >
            {t('groups.add')}
          </Button>
        )}
      </div>
      {data.groups.length === 0 && <p className={classes.none}>{t('groups.none')}</p>}
      {data.groups.length > 0 && (
        <ul className={classes.list} aria-label={t('groups.title')}>
          {data.groups.map((group) => (
            <li key={group.id} className={classes.group}>
              <strong className={classes.name} dir="auto">
                {group.name}
              </strong>
              <Members group={group} accounts={accounts} />
              {mayManage && (
                <ActionIcon
                  aria-label={t('groups.edit', { name: group.name })}
                  onClick={() => setOpen(group)}
                >
                  <IconPencil size={18} stroke={1.6} aria-hidden />
                </ActionIcon>
              )}
            </li>
          ))}
        </ul>
      )}
      {open && <GroupDialog group={open} all={data} accounts={accounts} onClose={() => setOpen(null)} />}
    </section>
  );
}

function Members({ group, accounts }: { group: AccountGroup; accounts: Account[] }) {
  const { t } = useTranslation('accounts');
  const members = accounts.filter(({ id }) => group.account_ids.includes(id));
  if (members.length === 0) return <span className={classes.members}>{t('groups.members_zero')}</span>;
  return (
    <ul className={classes.members}>
      {members.map((account) => (
        <li key={account.id} className={classes.member}>
          <AccountAvatar account={account} size={24} />
          <span dir="auto">{account.name}</span>
        </li>
      ))}
    </ul>
  );
}
