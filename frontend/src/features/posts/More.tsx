import { Button } from '@mantine/core';
import { useIntersection } from '@mantine/hooks';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './More.module.css';
import type { usePostList } from './usePostList';

/** The end of the list so far: how many there are, and more as it comes into view. */
export function More({ list }: { list: ReturnType<typeof usePostList> }) {
  const { t } = useTranslation('posts');
  const { ref, entry } = useIntersection({ rootMargin: '400px' });
  const { posts, hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = list;
  const inView = entry?.isIntersecting ?? false;
  useEffect(() => {
    if (inView && hasNextPage && !isFetching && !isFetchNextPageError) void fetchNextPage();
  }, [inView, hasNextPage, isFetching, isFetchNextPageError, fetchNextPage]);
  return (
    <div ref={ref} className={classes.more}>
      <span role="status">{t(hasNextPage ? 'countMore' : 'count', { count: posts.length })}</span>
      {hasNextPage && (
        <Button
          size="xs"
          variant="default"
          loading={list.isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          {t(isFetchNextPageError ? 'action.retry' : 'action.loadMore', { ns: 'common' })}
        </Button>
      )}
    </div>
  );
}
