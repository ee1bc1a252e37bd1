import { createRoute } from '@tanstack/react-router';
import { appRoute } from './app';
import { page } from './lazy';

export const mediaRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/media',
  component: page(['media'], () => import('@/features/media/MediaPage')),
});
