import { IconPlugConnected } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addressOf } from '@/api/accounts';
import { api } from '@/api/client';
import { useCan } from '@/api/me';
import type { Account } from '@/api/types';
import { notifyDone } from '@/shell/notify';
import { EmptyState } from '@/ui/EmptyState';
import { ErrorState } from '@/ui/ErrorState';
import { PageHeader } from '@/ui/PageHeader';
import { RowsSkeleton } from '@/ui/Skeletons';
import { AccountRow } from './AccountRow';
import classes from './AccountsPage.module.css';
import { BlueskyDialog } from './BlueskyDialog';
import { CallbackError } from './CallbackError';
import { ConnectCards } from './ConnectCards';
import { MastodonDialog } from './MastodonDialog';
import { useConnectPage } from './useConnectPage';

const route = getRouteApi('/app/accounts');

/** A connect dialog that is open; `again` is the account to reconnect, if it is one. */
type Dialog = { platform: 'bluesky' | 'mastodon'; again?: Account } | null;

/** The accounts posts go to: their health, and how to connect more. */
export default function AccountsPage() {
  const { t } = useTranslation('accounts');
  const mayManage = useCan('accounts.manage');
  const accounts = api.useQuery('get', '/api/accounts');
  const connectPage = useConnectPage();
  const [dialog, setDialog] = useState<Dialog>(null);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const cards = useRef<HTMLElement>(null);
  const items = accounts.data?.items;

  useEffect(() => {
    if (search.connect) cards.current?.querySelector('button')?.focus();
  }, [search.connect]);

  useEffect(() => {
    if (!search.connected || !items) return;
    const account = items.find(({ id }) => id === search.connected);
    notifyDone(account ? t('connected', { handle: addressOf(account) }) : t('connectedAny'));
    void navigate({ search: {}, replace: true });
  }, [search.connected, items, navigate, t]);

  const reconnect = (account: Account) => {
    if (account.platform === 'page') connectPage.mutate({ body: {} });
    else if (account.platform === 'bluesky' || account.platform === 'mastodon')
      setDialog({ platform: account.platform, again: account });
  };
  const close = () => setDialog(null);

  return (
    <div className={classes.page}>
      <PageHeader title={t('title')} lead={t('lead')} />
      {search.error && (
        <CallbackError detail={search.detail} onClose={() => void navigate({ search: {}, replace: true })} />
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
      {mayManage && items && (
        <ConnectCards
          ref={cards}
          hasPage={items.some(({ platform }) => platform === 'page')}
          connectingPage={connectPage.isPending}
          onPage={() => connectPage.mutate({ body: {} })}
          onOpen={(platform) => setDialog({ platform })}
        />
      )}
      <BlueskyDialog opened={dialog?.platform === 'bluesky'} again={dialog?.again} onClose={close} />
      <MastodonDialog opened={dialog?.platform === 'mastodon'} again={dialog?.again} onClose={close} />
    </div>
  );
}
