import { createRoute } from '@tanstack/react-router';
import { api } from '@/api/client';
import { appRoute } from './app';
import { page } from './lazy';

/** What the connect flow and its callback leave in the address. */
export interface AccountsSearch {
  connect?: true;
  connected?: string;
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
    error: text(search.error),
    detail: text(search.detail),
  }),
  loader: ({ context }) => void context.queries.prefetchQuery(api.queryOptions('get', '/api/accounts')),
  component: page(['accounts', 'series'], () => import('@/features/accounts/AccountsPage')),
});
