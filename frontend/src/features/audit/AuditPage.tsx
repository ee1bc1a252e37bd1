import { Button } from '@mantine/core';
import { IconHistory, IconLock } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { client } from '@/api/client';
import { useCan, useOrg } from '@/api/me';
import type { AuditEntry } from '@/api/types';
import { EmptyState } from '@/ui/EmptyState';
import { ErrorState } from '@/ui/ErrorState';
import { PageHeader } from '@/ui/PageHeader';
import { RowsSkeleton } from '@/ui/Skeletons';
import { formatTime, zoneCity } from '@/ui/time';
import classes from './AuditPage.module.css';

const PAGE = 50;

/** Entries of one day, newest first, as the API gives them. */
function byDay(entries: AuditEntry[], zone: string): [string, AuditEntry[]][] {
  const days = new Map<string, AuditEntry[]>();
  for (const entry of entries) {
    const day = formatTime(entry.at, zone, 'date');
    days.set(day, [...(days.get(day) ?? []), entry]);
  }
  return [...days];
}

/** Who did what and when, in this organization. */
export default function AuditPage() {
  const { t } = useTranslation('audit');
  const { id, zone } = useOrg();
  const mayRead = useCan('audit.read');
  const audit = useInfiniteQuery({
    queryKey: ['get', '/api/orgs/{id}/audit', id],
    enabled: mayRead,
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) => {
      const params = { path: { id }, query: { cursor: pageParam, limit: PAGE } };
      const { data } = await client.GET('/api/orgs/{id}/audit', { params, signal });
      return data ?? { items: [], next_cursor: null };
    },
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  });
  const entries = audit.data?.pages.flatMap(({ items }) => items);

  return (
    <div className={classes.page}>
      <PageHeader title={t('title')} lead={t('lead', { city: zoneCity(zone) })} />
      {!mayRead && (
        <EmptyState icon={<IconLock size={24} stroke={1.6} />} title={t('closed.title')}>
          {t('closed.text')}
        </EmptyState>
      )}
      {audit.isLoading && <RowsSkeleton rows={8} height={48} />}
      {audit.isError && !entries && <ErrorState error={audit.error} onRetry={() => audit.refetch()} />}
      {entries?.length === 0 && (
        <EmptyState icon={<IconHistory size={24} stroke={1.6} />} title={t('empty.title')}>
          {t('empty.text')}
        </EmptyState>
      )}
      {entries &&
        byDay(entries, zone).map(([day, list]) => (
          <section key={day} className={classes.day}>
            <h2 className={classes.date}>{day}</h2>
            <ol className={classes.list}>
              {list.map((entry) => (
                <li key={entry.id} className={classes.entry}>
                  <time dateTime={entry.at} title={`${formatTime(entry.at, zone)} ${zone}`}>
                    {formatTime(entry.at, zone, 'time')}
                  </time>
                  <span className={classes.actor}>{entry.actor?.name ?? t('system')}</span>
                  <span className={classes.summary}>{entry.summary}</span>
                </li>
              ))}
            </ol>
          </section>
        ))}
      {audit.hasNextPage && (
        <Button variant="default" onClick={() => audit.fetchNextPage()} loading={audit.isFetchingNextPage}>
          {t('action.loadMore', { ns: 'common' })}
        </Button>
      )}
    </div>
  );
}
