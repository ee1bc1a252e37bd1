import { createRoute } from '@tanstack/react-router';
import { appRoute } from './app';
import { page } from './lazy';

export const accountsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/accounts',
  component: page(['accounts'], () => import('@/features/accounts/AccountsPage')),
});
