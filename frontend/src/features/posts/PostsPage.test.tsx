import { screen, waitFor } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import type { PostStatus, PostSummary } from '@/api/types';
import { posts, resetPosts } from '@/mocks/posts';
import { view } from '@/mocks/posts/store';
import { renderPage } from '@/test/render';
import PostsPage from './PostsPage';
import { matches } from './usePostList';

beforeEach(() => resetPosts());

const show = (path = '/') => renderPage(<PostsPage />, { path, namespaces: ['posts'] });

describe('the list', () => {
  it.each<[PostStatus, string]>([
    ['scheduled', 'Scheduled'],
    ['partial', 'Partly published'],
    ['failed', 'Failed'],
    ['attention', 'Needs you'],
    ['draft', 'Draft'],
  ])('narrowed to %s shows only that, as "%s"', async (status, label) => {
    await show(`/posts?status=${status}`);
    const expected = posts().filter((post) => view(post).status === status).length;
    await waitFor(() => expect(screen.getAllByText(label, { selector: 'span' })).toHaveLength(expected));
  });

  it('finds words whatever their case or accents', async () => {
    const post = { excerpt: 'How Inês mixes her cobalt' } as PostSummary;
    expect(matches(post, 'ines COBALT')).toBe(true);
    expect(matches(post, 'ines kiln')).toBe(false);
    expect(matches(post, undefined)).toBe(true);
  });

  it('says when nothing matches and leads back to all', async () => {
    await show('/posts?q=zzzz');
    expect(await screen.findByRole('heading', { name: 'No post matches' })).toBeVisible();
    expect(screen.getByRole('button', { name: 'Show all posts' })).toBeVisible();
    expect(screen.getByRole('searchbox', { name: 'Text' })).toHaveValue('zzzz');
  });

  it('invites to write the first post', async () => {
    resetPosts([]);
    await show();
    expect(await screen.findByRole('link', { name: 'Write the first post' })).toHaveAttribute(
      'href',
      '/posts/new',
    );
  });
});
