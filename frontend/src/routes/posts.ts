import { createRoute } from '@tanstack/react-router';
import type { PostStatus } from '@/api/types';
import { appRoute } from './app';
import { page } from './lazy';

const text = (value: unknown) => (typeof value === 'string' && value ? value : undefined);

/** What the list of posts is narrowed to. */
export interface PostsSearch {
  status?: PostStatus;
  account?: string;
  /** Words of the excerpt. */
  q?: string;
}

const STATUSES: readonly string[] = [
  'draft',
  'scheduled',
  'publishing',
  'published',
  'partial',
  'failed',
  'missed',
  'attention',
] satisfies PostStatus[];

export const postsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/posts',
  validateSearch: (search): PostsSearch => ({
    status: STATUSES.includes(search.status as string) ? (search.status as PostStatus) : undefined,
    account: text(search.account),
    q: text(search.q),
  }),
  component: page(['posts'], () => import('@/features/posts/PostsPage')),
});

/** Where the new post comes from: a day of the calendar. */
export interface NewPostSearch {
  /** A day, or a day and time, on the organization's wall clock: `2026-11-24`, `2026-11-24T09:00`. */
  on?: string;
}

const WALL_CLOCK = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2})?$/;

export const newPostRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/posts/new',
  validateSearch: (search): NewPostSearch => ({
    on: typeof search.on === 'string' && WALL_CLOCK.test(search.on) ? search.on : undefined,
  }),
  component: page(
    ['composer', 'media', 'networks', 'schedule', 'series'],
    () => import('@/features/composer/ComposerPage'),
  ),
});

export const importRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/posts/import',
  component: page(['import', 'networks'], () => import('@/features/import/ImportPage')),
});

export const postRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/posts/$postId',
  component: page(['networks', 'posts', 'schedule'], () => import('@/features/posts/PostPage')),
});

export const editPostRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/posts/$postId/edit',
  component: page(
    ['composer', 'media', 'networks', 'schedule', 'series'],
    () => import('@/features/composer/ComposerPage'),
  ),
});
