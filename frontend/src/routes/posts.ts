import { createRoute } from '@tanstack/react-router';
import { appRoute } from './app';
import { page } from './lazy';

export const postsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/posts',
  component: page(['posts'], () => import('@/features/posts/PostsPage')),
});

export const newPostRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/posts/new',
  component: page(['composer'], () => import('@/features/composer/ComposerPage')),
});

export const postRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/posts/$postId',
  component: page(['posts'], () => import('@/features/posts/PostPage')),
});

export const editPostRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/posts/$postId/edit',
  component: page(['composer'], () => import('@/features/composer/ComposerPage')),
});
