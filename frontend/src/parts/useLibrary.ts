import { keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo } from 'react';
import { client } from '@/api/client';
import type { MediaFile } from '@/api/types';
import { rememberFile } from './useFiles';

const PAGE = 36;

interface FilePage {
  items: MediaFile[];
  next_cursor?: string | null;
}

/** The library, page by page, narrowed to some words. */
export interface Library {
  files: MediaFile[];
  /** The first page is on its way. */
  loading: boolean;
  /** Why nothing could be read; null while something can be shown. */
  error: unknown;
  retry: () => void;
  hasMore: boolean;
  loadingMore: boolean;
  more: () => void;
}

/** Reads the library, newest first. */
export function useLibrary(words: string): Library {
  const queries = useQueryClient();
  const { data, isPending, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } =
    useInfiniteQuery({
      queryKey: ['get', '/api/media', 'pages', words],
      queryFn: async ({ pageParam: cursor, signal }) => {
        const query = { limit: PAGE, ...(words && { q: words }), ...(cursor && { cursor }) };
        return (await client.GET('/api/media', { params: { query }, signal })).data as FilePage;
      },
      initialPageParam: '',
      getNextPageParam: (page) => page.next_cursor || undefined,
      placeholderData: keepPreviousData,
    });
  const files = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  useEffect(() => {
    for (const file of files) rememberFile(queries, file);
  }, [files, queries]);
  return {
    files,
    loading: isPending,
    // Files that are there stay, whatever happens to the next page.
    error: files.length === 0 ? error : null,
    retry: useCallback(() => void refetch(), [refetch]),
    hasMore: hasNextPage,
    loadingMore: isFetchingNextPage,
    more: useCallback(() => void fetchNextPage(), [fetchNextPage]),
  };
}
