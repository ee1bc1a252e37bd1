import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addressOf } from '@/api/accounts';
import { type Scope, useNetworks } from '@/api/networks';
import type { Account, Platform } from '@/api/types';
import { notifyDone } from '@/shell/notify';

const route = getRouteApi('/app/accounts');

/** Permissions that were left out at a network. */
export interface Missing {
  platform: Platform | null;
  scopes: Pick<Scope, 'name' | 'purpose'>[];
}

/** What the network's answer left in the address when it sent the person back. */
export function useReturn(accounts: Account[] | undefined) {
  const { t } = useTranslation('accounts');
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const networks = useNetworks().data?.networks;
  const [arrived, setArrived] = useState<{ account: string; names: string[] } | null>(null);

  useEffect(() => {
    const { connected, missing } = search;
    if (!connected || !accounts) return;
    const account = accounts.find(({ id }) => id === connected);
    notifyDone(account ? t('connected', { handle: addressOf(account) }) : t('connectedAny'));
    const names = (missing ?? '').split(',').filter(Boolean);
    setArrived(names.length > 0 ? { account: connected, names } : null);
    void navigate({ search: {}, replace: true });
  }, [search, accounts, navigate, t]);

  const platform = accounts?.find(({ id }) => id === arrived?.account)?.platform ?? null;
  const known = networks?.find((network) => network.platform === platform)?.ways ?? [];
  const scopes = known.flatMap((way) => way.scopes);
  const missing: Missing | null = arrived && {
    platform,
    scopes: arrived.names.map((name) => ({
      name,
      purpose: scopes.find((scope) => scope.name === name)?.purpose ?? '',
    })),
  };
  const clear = () => void navigate({ search: {}, replace: true });
  return { search, missing, clear, dismiss: () => setArrived(null) };
}
