import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { client } from '@/api/client';
import type { PostPage, PostStatus, PostSummary } from '@/api/types';

const PAGE = 50;

/** What the list is narrowed to; the server knows status and account, the words are looked for here. */
export interface ListFilter {
  status?: PostStatus;
  account?: string;
  q?: string;
}

/** Whether all words of `q` are in the excerpt, whatever their case or accents. */
export function matches(post: PostSummary, q: string | undefined): boolean {
  const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  const text = plain(post.excerpt);
  return plain(q ?? '')
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** The posts that fit a filter, newest first, page after page. */
export function usePostList({ status, account, q }: ListFilter) {
  const query = useInfiniteQuery({
    queryKey: ['get', '/api/posts', 'list', { status, account }],
    queryFn: async ({ pageParam, signal }) => {
      const params = { query: { status, account, limit: PAGE, cursor: pageParam } };
      return (await client.GET('/api/posts', { params, signal })).data as PostPage;
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    placeholderData: (previous) => previous,
  });
  const loaded = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const posts = useMemo(() => loaded.filter((post) => matches(post, q)), [loaded, q]);
  return { ...query, posts, loaded: loaded.length };
}
