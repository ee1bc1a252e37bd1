import { createRoute } from '@tanstack/react-router';
import { appRoute } from './app';
import { page } from './lazy';

export const auditRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/audit',
  component: page(['audit'], () => import('@/features/audit/AuditPage')),
});
