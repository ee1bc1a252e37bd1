import { keepPreviousData, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo } from 'react';
import { api } from '@/api/client';
import type { MediaFile } from '@/api/types';
import { rememberFile } from './useFiles';

const PAGE = 36;

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
    api.useInfiniteQuery(
      'get',
      '/api/media',
      { params: { query: { limit: PAGE, ...(words && { q: words }) } } },
      {
        pageParamName: 'cursor',
        initialPageParam: undefined,
        getNextPageParam: (page) => page.next_cursor ?? undefined,
        placeholderData: keepPreviousData,
      },
    );
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
