import { ActionIcon, Anchor, Button, Menu } from '@mantine/core';
import {
  IconCalendarClock,
  IconDots,
  IconExternalLink,
  IconPlugConnectedX,
  IconRefresh,
} from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addressOf } from '@/api/accounts';
import { api } from '@/api/client';
import { endsSoon } from '@/api/expiry';
import { useOrg } from '@/api/me';
import type { Account } from '@/api/types';
import { notifyDone } from '@/shell/notify';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import { PlatformBadge } from '@/ui/PlatformBadge';
import { TimeText } from '@/ui/TimeText';
import { formatTime } from '@/ui/time';
import classes from './AccountRow.module.css';
import { HealthLine } from './HealthLine';
import { SlotsDialog } from './SlotsDialog';

interface Props {
  account: Account;
  mayManage: boolean;
  onReconnect: (account: Account) => void;
}

/** One account: who it is, whether it works, and what can be done about it. */
export function AccountRow({ account, mayManage, onReconnect }: Props) {
  const { t } = useTranslation('accounts');
  const { zone } = useOrg();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [planning, setPlanning] = useState(false);
  const address = addressOf(account);
  const ends = endsSoon(account);
  const refresh = () => queries.invalidateQueries({ queryKey: ['get', '/api/accounts'] });
  const check = api.useMutation('post', '/api/accounts/{id}/check', {
    onSuccess: async (checked) => {
      await refresh();
      notifyDone(t(`checked.${checked.status}`, { handle: addressOf(checked) }));
    },
  });
  const disconnect = api.useMutation('delete', '/api/accounts/{id}', {
    onSuccess: async () => {
      setAsking(false);
      await refresh();
      notifyDone(t('disconnect.done', { handle: address }));
    },
    onError: () => setAsking(false),
  });
  const target = { params: { path: { id: account.id } } };

  return (
    <li className={classes.row} data-status={account.status}>
      <PlatformBadge platform={account.platform} size={40} />
      <div className={classes.words}>
        <h2 className={classes.name}>{account.name}</h2>
        <p className={classes.handle}>
          {account.url ? (
            <Anchor href={account.url} target="_blank" rel="noopener noreferrer" inherit>
              {address} <IconExternalLink size={13} stroke={1.8} aria-label={t('newTab')} />
            </Anchor>
          ) : (
            address
          )}
        </p>
      </div>
      <div className={classes.health}>
        <HealthLine status={account.status} />
        <p className={classes.checked}>
          {t('checkedAt')} <TimeText at={account.checked_at} zone={zone} style="short" />
        </p>
      </div>
      <div className={classes.actions}>
        {mayManage && (account.status !== 'healthy' || ends) && (
          <Button size="xs" className={classes.reconnect} onClick={() => onReconnect(account)}>
            {t('reconnect')}
          </Button>
        )}
        <ActionIcon
          aria-label={t('slots.title', { handle: address })}
          title={t('slots.action')}
          onClick={() => setPlanning(true)}
        >
          <IconCalendarClock size={18} stroke={1.6} aria-hidden />
        </ActionIcon>
        {mayManage && (
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon aria-label={t('more', { handle: address })} loading={check.isPending}>
                <IconDots size={18} stroke={1.6} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item
                leftSection={<IconRefresh size={18} stroke={1.6} />}
                onClick={() => check.mutate(target)}
              >
                {t('checkNow')}
              </Menu.Item>
              <Menu.Item
                color="brick"
                leftSection={<IconPlugConnectedX size={18} stroke={1.6} />}
                onClick={() => setAsking(true)}
              >
                {t('disconnect.action')}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      </div>
      {account.status !== 'healthy' && account.status_detail && (
        <p className={classes.detail}>{account.status_detail}</p>
      )}
      {ends && (
        <p className={classes.detail} data-warn>
          {t(Date.parse(ends) > Date.now() ? 'expiry.soon' : 'expiry.past', {
            time: formatTime(ends, zone),
          })}
        </p>
      )}
      <SlotsDialog account={account} opened={planning} onClose={() => setPlanning(false)} />
      <ConfirmDialog
        opened={asking}
        title={t('disconnect.title', { handle: address })}
        confirmLabel={t('disconnect.confirm')}
        danger
        busy={disconnect.isPending}
        onConfirm={() => disconnect.mutate(target)}
        onClose={() => setAsking(false)}
      >
        {t('disconnect.text')}
      </ConfirmDialog>
    </li>
  );
}
