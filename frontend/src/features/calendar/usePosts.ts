import { type InfiniteData, type QueryClient, useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { client } from '@/api/client';
import type { PostPage, PostSummary } from '@/api/types';
import { addDays, type Day, startOfDay } from '@/ui/zoned';
import { byDay } from './entries';

type Cached = InfiniteData<PostPage, string | undefined>;

const PAGE = 500;
const SOON_MS = 10_000;
const KEY = ['get', '/api/posts', 'calendar'] as const;

const range = (days: Day[], zone: string) => ({
  from: new Date(startOfDay(days[0] ?? '', zone)).toISOString(),
  to: new Date(startOfDay(addDays(days.at(-1) ?? '', 1), zone)).toISOString(),
});

/** How long until the calendar looks again: often while something is going out, seldom else, not for very many. */
export function lookAgain(posts: PostSummary[], now: number): number | false {
  if (posts.length > 2 * PAGE) return false;
  const busy = posts.some(({ status, schedule }) => {
    if (status === 'publishing') return true;
    const ahead = schedule ? Date.parse(schedule.at) - now : Number.POSITIVE_INFINITY;
    return status === 'scheduled' && ahead < SOON_MS;
  });
  return busy ? 3_000 : 30_000;
}

/** All posts of some days, page after page: the first is shown at once, the rest follows by itself. */
export function usePosts(days: Day[], zone: string) {
  const { from, to } = range(days, zone);
  const query = useInfiniteQuery({
    queryKey: [...KEY, { from, to }],
    queryFn: async ({ pageParam, signal }) => {
      const params = { query: { from, to, limit: PAGE, cursor: pageParam } };
      return (await client.GET('/api/posts', { params, signal })).data as PostPage;
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    staleTime: 20_000,
    refetchInterval: ({ state }) =>
      lookAgain(state.data?.pages.flatMap((page) => page.items) ?? [], Date.now()),
  });
  const { data, hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetching && !isFetchNextPageError) void fetchNextPage();
  }, [hasNextPage, isFetching, isFetchNextPageError, fetchNextPage]);

  const pages = data?.pages;
  const entries = useMemo(() => byDay(pages?.flatMap((page) => page.items) ?? [], zone), [pages, zone]);
  const count = pages?.reduce((sum, page) => sum + page.items.length, 0) ?? 0;
  return { ...query, entries, count };
}

/** A post as some month already loaded has it. */
export function cachedPost(queries: QueryClient, id: string): PostSummary | undefined {
  for (const [, data] of queries.getQueriesData<Cached>({ queryKey: KEY })) {
    for (const page of data?.pages ?? []) {
      const found = page.items.find((post) => post.id === id);
      if (found) return found;
    }
  }
  return undefined;
}

function inRange(post: PostSummary, key: readonly unknown[]): boolean {
  const { from, to } = key[KEY.length] as { from: string; to: string };
  const at = Date.parse(post.schedule?.at ?? '');
  return at >= Date.parse(from) && at < Date.parse(to);
}

/** Puts a changed post into every month already loaded: replaced where it is, added where it now belongs. */
export function patchPost(queries: QueryClient, next: PostSummary): void {
  for (const [key, data] of queries.getQueriesData<Cached>({ queryKey: KEY })) {
    if (!data) continue;
    let found = false;
    const pages = data.pages.map((page) => {
      const index = page.items.findIndex((post) => post.id === next.id);
      if (index < 0) return page;
      found = true;
      return { ...page, items: page.items.with(index, next) };
    });
    const last = pages.at(-1);
    if (!found && last && inRange(next, key)) {
      pages[pages.length - 1] = { ...last, items: [...last.items, next] };
    } else if (!found) continue;
    queries.setQueryData(key, { ...data, pages });
  }
}

/** Stops answers under way from overwriting what was just changed. */
export const holdPosts = (queries: QueryClient) => queries.cancelQueries({ queryKey: KEY });

/** Loads the shown months anew. */
export const refreshPosts = (queries: QueryClient) => queries.invalidateQueries({ queryKey: KEY });
