import { Button } from '@mantine/core';
import { IconPencilPlus, IconRepeat } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { client } from '@/api/client';
import { useCan } from '@/api/me';
import type { SeriesList, SeriesSummary } from '@/api/types';
import { occurrenceTime, ruleWords } from '@/parts/repeat/rule';
import { EmptyState } from '@/ui/EmptyState';
import { ErrorState } from '@/ui/ErrorState';
import { PageHeader } from '@/ui/PageHeader';
import { PlatformBadge } from '@/ui/PlatformBadge';
import { RowsSkeleton } from '@/ui/Skeletons';
import { zoneCity } from '@/ui/time';
import classes from './Series.module.css';
import { StateBadge } from './StateBadge';

/** Every series of the organization: what repeats, how, and when next. */
export default function SeriesPage() {
  const { t } = useTranslation('series');
  const mayPublish = useCan('posts.publish');
  const list = useInfiniteQuery({
    queryKey: ['get', '/api/series'],
    queryFn: async ({ pageParam, signal }) => {
      const params = { query: { cursor: pageParam } };
      return (await client.GET('/api/series', { params, signal })).data as SeriesList;
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  });
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <PageHeader title={t('title')} lead={t('lead')} />
      {list.isPending && <RowsSkeleton rows={4} height={88} />}
      {list.isError && !list.data && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {list.data && items.length === 0 && (
        <EmptyState
          icon={<IconRepeat size={24} stroke={1.6} />}
          title={t('empty.title')}
          action={
            mayPublish && (
              <Button
                component={Link}
                to="/posts/new"
                leftSection={<IconPencilPlus size={18} stroke={1.6} aria-hidden />}
              >
                {t('empty.action')}
              </Button>
            )
          }
        >
          {t('empty.text')}
        </EmptyState>
      )}
      {items.length > 0 && (
        <ul className={classes.list} aria-label={t('list')}>
          {items.map((series) => (
            <Row key={series.id} series={series} />
          ))}
        </ul>
      )}
      {list.hasNextPage && (
        <Button
          variant="default"
          mt="md"
          loading={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {t('more')}
        </Button>
      )}
    </>
  );
}

function Row({ series }: { series: SeriesSummary }) {
  const { t } = useTranslation('series');
  const { next, state, missed_count: missed } = series;
  return (
    <li className={classes.row}>
      <span className={classes.cover} aria-hidden>
        {series.cover ? (
          <img src={series.cover.thumb_url} alt="" loading="lazy" width={48} height={48} />
        ) : (
          <IconRepeat size={20} stroke={1.4} />
        )}
      </span>
      <div className={classes.words}>
        <Link to="/series/$seriesId" params={{ seriesId: series.id }} className={classes.link} dir="auto">
          {series.excerpt || t('noText')}
        </Link>
        <p className={classes.quiet}>{ruleWords(series.rule, t)}</p>
        <ul className={classes.networks} aria-label={t('networks')}>
          {[...new Set(series.platforms)].map((platform) => (
            <li key={platform}>
              <PlatformBadge platform={platform} size={18} />
            </li>
          ))}
        </ul>
      </div>
      <p className={classes.next}>
        {next ? (
          <>
            <span className={classes.quiet}>{t('next')}</span> {occurrenceTime(next)}{' '}
            <span className={classes.quiet}>{zoneCity(next.schedule.zone)}</span>
          </>
        ) : (
          <span className={classes.quiet}>{state !== 'active' && t(`noNext.${state}`)}</span>
        )}
        {missed > 0 && <span className={classes.missed}>{t('missedCount', { count: missed })}</span>}
      </p>
      <StateBadge state={state} />
    </li>
  );
}
