import { Button } from '@mantine/core';
import { IconLayoutList, IconPencilPlus, IconSearchOff, IconTableImport } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useCan, useOrg } from '@/api/me';
import type { Account } from '@/api/types';
import { EmptyState } from '@/ui/EmptyState';
import { ErrorState } from '@/ui/ErrorState';
import { PageHeader } from '@/ui/PageHeader';
import { RowsSkeleton } from '@/ui/Skeletons';
import { Filters } from './Filters';
import { More } from './More';
import { PostRow } from './PostRow';
import classes from './PostRow.module.css';
import { type ListFilter, usePostList } from './usePostList';

const NONE: Account[] = [];

/** Every post of the organization, to find one again. */
export default function PostsPage() {
  const { t } = useTranslation('posts');
  const { zone } = useOrg();
  const canWrite = useCan('posts.write');
  const navigate = useNavigate();
  const { status, account, q }: ListFilter = useSearch({ strict: false });
  const filter = useMemo(() => ({ status, account, q }), [status, account, q]);
  const list = usePostList(filter);
  const accounts = api.useQuery('get', '/api/accounts').data?.items ?? NONE;
  const narrowed = Boolean(status || account || q);
  const narrow = useCallback(
    (search: ListFilter) => void navigate({ to: '/posts', search, replace: true, resetScroll: false }),
    [navigate],
  );

  const newPost = (label: string) => (
    <Button
      component={Link}
      to="/posts/new"
      leftSection={<IconPencilPlus size={18} stroke={1.6} aria-hidden />}
    >
      {label}
    </Button>
  );

  const body = () => {
    if (list.isPending) return <RowsSkeleton rows={8} height={76} />;
    if (!list.data) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
    if (list.posts.length > 0) {
      return (
        <>
          <ul className={classes.list} aria-busy={list.isPlaceholderData}>
            {list.posts.map((post) => (
              <PostRow key={post.id} post={post} accounts={accounts} zone={zone} />
            ))}
          </ul>
          <More list={list} />
        </>
      );
    }
    if (!narrowed) {
      return (
        <EmptyState
          icon={<IconLayoutList size={24} stroke={1.6} />}
          title={t('empty.title')}
          action={canWrite && newPost(t('empty.action'))}
        >
          {t('empty.text')}
        </EmptyState>
      );
    }
    return (
      <EmptyState
        icon={<IconSearchOff size={24} stroke={1.6} />}
        title={t('noMatch.title')}
        action={
          list.hasNextPage ? (
            <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              {t('noMatch.older')}
            </Button>
          ) : (
            <Button variant="default" onClick={() => narrow({})}>
              {t('filter.clear')}
            </Button>
          )
        }
      >
        {t('noMatch.text', { count: list.loaded })}
      </EmptyState>
    );
  };

  return (
    <>
      <PageHeader
        title={t('title')}
        lead={t('lead')}
        actions={
          canWrite && (
            <Button
              component={Link}
              to="/posts/import"
              variant="default"
              leftSection={<IconTableImport size={18} stroke={1.6} aria-hidden />}
            >
              {t('import')}
            </Button>
          )
        }
      />
      {(narrowed || list.loaded > 0 || list.isPending) && (
        <Filters filter={filter} accounts={accounts} onChange={narrow} />
      )}
      {body()}
    </>
  );
}
