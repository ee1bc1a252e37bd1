import { createRoute } from '@tanstack/react-router';
import { appRoute } from './app';
import { page } from './lazy';

export const membersRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/members',
  validateSearch: (search): { invite?: true } => ({ invite: search.invite === true ? true : undefined }),
  component: page(['members'], () => import('@/features/members/MembersPage')),
});
