import { IconPlugConnected } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useCan } from '@/api/me';
import { useNetworks } from '@/api/networks';
import type { Account } from '@/api/types';
import { EmptyState } from '@/ui/EmptyState';
import { ErrorState } from '@/ui/ErrorState';
import { PageHeader } from '@/ui/PageHeader';
import { RowsSkeleton } from '@/ui/Skeletons';
import { AccountRow } from './AccountRow';
import classes from './AccountsPage.module.css';
import { BlueskyDialog } from './BlueskyDialog';
import { CallbackError } from './CallbackError';
import { ChooseDialog } from './ChooseDialog';
import { ConnectCards } from './ConnectCards';
import { Groups } from './Groups';
import { LeftOut } from './LeftOut';
import { MastodonDialog } from './MastodonDialog';
import { useConnect } from './useConnect';
import { useConnectPage } from './useConnectPage';
import { useReturn } from './useReturn';

/** A connect dialog that is open; `again` is the account to reconnect, if it is one. */
type Dialog = { platform: 'bluesky' | 'mastodon'; again?: Account } | null;

/** The accounts posts go to: their health, their groups, and how to connect more. */
export default function AccountsPage() {
  const { t } = useTranslation('accounts');
  const mayManage = useCan('accounts.manage');
  const accounts = api.useQuery('get', '/api/accounts');
  const items: Account[] | undefined = accounts.data?.items;
  const { search, missing, clear, dismiss } = useReturn(items);
  const [dialog, setDialog] = useState<Dialog>(null);
  const { connectPage, connect, reconnect } = useReconnect(setDialog);
  const cards = useRef<HTMLElement>(null);

  useEffect(() => {
    if (search.connect) cards.current?.querySelector('button')?.focus();
  }, [search.connect]);

  return (
    <div className={classes.page}>
      <PageHeader title={t('title')} lead={t('lead')} />
      {search.error && <CallbackError detail={search.detail} onClose={clear} />}
      {missing && (
        <div className={classes.note}>
          <LeftOut platform={missing.platform} missing={missing.scopes} onClose={dismiss} />
        </div>
      )}
      {accounts.isPending && <RowsSkeleton rows={3} height={88} />}
      {accounts.isError && !items && <ErrorState error={accounts.error} onRetry={() => accounts.refetch()} />}
      {items?.length === 0 && (
        <EmptyState icon={<IconPlugConnected size={24} stroke={1.6} />} title={t('empty.title')}>
          {mayManage ? t('empty.text') : t('empty.ask')}
        </EmptyState>
      )}
      {items && items.length > 0 && (
        <ul className={classes.list} aria-label={t('list')}>
          {items.map((account) => (
            <AccountRow key={account.id} account={account} mayManage={mayManage} onReconnect={reconnect} />
          ))}
        </ul>
      )}
      {items && items.length > 1 && <Groups accounts={items} mayManage={mayManage} />}
      {mayManage && items && (
        <ConnectCards
          ref={cards}
          hasPage={items.some(({ platform }) => platform === 'page')}
          connectingPage={connectPage.isPending}
          onPage={() => connectPage.mutate({ body: {} })}
          onOpen={(platform) => setDialog({ platform })}
          connect={connect}
        />
      )}
      <BlueskyDialog
        opened={dialog?.platform === 'bluesky'}
        again={dialog?.again}
        onClose={() => setDialog(null)}
      />
      <MastodonDialog
        opened={dialog?.platform === 'mastodon'}
        again={dialog?.again}
        onClose={() => setDialog(null)}
      />
      <ChooseDialog id={search.choose ?? null} onClose={clear} />
    </div>
  );
}

/** Connects an account again, the way it was connected; what belongs to it here stays. */
function useReconnect(open: (dialog: Dialog) => void) {
  const connectPage = useConnectPage();
  const connect = useConnect();
  const networks = useNetworks().data?.networks;
  const reconnect = (account: Account) => {
    const { platform, way } = account;
    if (platform === 'page') return connectPage.mutate({ body: {} });
    if (platform === 'bluesky' || platform === 'mastodon') return open({ platform, again: account });
    const ways = networks?.find((network) => network.platform === platform)?.ways;
    connect.start(platform, way ?? ways?.find(({ configured }) => configured)?.name ?? 'default');
  };
  return { connectPage, connect, reconnect };
}
