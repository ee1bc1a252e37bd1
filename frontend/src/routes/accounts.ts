import { createRoute } from '@tanstack/react-router';
import { api } from '@/api/client';
import { appRoute } from './app';
import { page } from './lazy';

/** What the connect flow and its callback leave in the address. */
export interface AccountsSearch {
  connect?: true;
  connected?: string;
  /** A choice among the accounts that permission was given for. */
  choose?: string;
  /** Permissions that were left out, separated by commas. */
  missing?: string;
  error?: string;
  detail?: string;
}

const text = (value: unknown) => (typeof value === 'string' && value ? value : undefined);

export const accountsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/accounts',
  validateSearch: (search): AccountsSearch => ({
    connect: search.connect === true ? true : undefined,
    connected: text(search.connected),
    choose: text(search.choose),
    missing: text(search.missing),
    error: text(search.error),
    detail: text(search.detail),
  }),
  loader: ({ context }) => void context.queries.prefetchQuery(api.queryOptions('get', '/api/accounts')),
  component: page(['accounts', 'series'], () => import('@/features/accounts/AccountsPage')),
});
