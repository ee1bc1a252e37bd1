import { createRoute } from '@tanstack/react-router';
import { appRoute } from './app';
import { page } from './lazy';

export const seriesRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/series',
  component: page(['series'], () => import('@/features/series/SeriesPage')),
});

export const seriesDetailRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/series/$seriesId',
  component: page(['series'], () => import('@/features/series/SeriesDetailPage')),
});

export const editSeriesRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/series/$seriesId/edit',
  component: page(
    ['composer', 'media', 'networks', 'schedule', 'series'],
    () => import('@/features/composer/SeriesEditor'),
  ),
});
