import { Button, Group } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useGroups } from '@/api/networks';
import type { Account } from '@/api/types';

interface Props {
  accounts: Account[];
  chosen: string[];
  onToggle: (ids: string[]) => void;
}

/** Chooses all accounts of a group at once; pressed again, leaves them out. */
export function GroupChips({ accounts, chosen, onToggle }: Props) {
  const { t } = useTranslation('composer');
  const { data } = useGroups();
  const groups = (data?.groups ?? [])
    .map(({ id, name, account_ids }) => ({
      id,
      name,
      members: account_ids.filter((each) => accounts.some((account) => account.id === each)),
    }))
    .filter(({ members }) => members.length > 0);
  if (groups.length === 0) return null;
  return (
    <Group gap={8} mb="sm" role="group" aria-label={t('groups.label')}>
      {groups.map(({ id, name, members }) => {
        const all = members.every((each) => chosen.includes(each));
        return (
          <Button
            key={id}
            size="compact-md"
            variant={all ? 'light' : 'default'}
            aria-pressed={all}
            aria-label={t('groups.one', { name, count: members.length })}
            leftSection={all ? <IconCheck size={15} stroke={2.2} /> : undefined}
            onClick={() => onToggle(members)}
          >
            <bdi>{name}</bdi>&nbsp;· {members.length}
          </Button>
        );
      })}
    </Group>
  );
}
