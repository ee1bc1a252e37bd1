import { useParams } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { api } from '@/api/client';
import { useCan } from '@/api/me';
import type { Account, Series } from '@/api/types';
import { inOrder } from '@/parts/AccountPicker';
import { ErrorState } from '@/ui/ErrorState';
import { Composer } from './Composer';
import { ComposerSkeleton } from './ComposerSkeleton';
import { fromPost } from './composition';
import { SeriesLocked } from './SeriesLocked';

/** Changes what a series says, where it goes and how it repeats, for all posts to come. */
export default function SeriesEditor() {
  const { seriesId = '' } = useParams({ strict: false });
  const mayPublish = useCan('posts.publish');
  const series = api.useQuery(
    'get',
    '/api/series/{id}',
    { params: { path: { id: seriesId } } },
    { staleTime: 0 },
  );
  const known = api.useQuery('get', '/api/accounts');
  const accounts = useMemo(() => inOrder(known.data?.items ?? []), [known.data]);
  if (!mayPublish) return <SeriesLocked id={seriesId} />;
  if (series.isPending || series.isFetching || known.isPending) return <ComposerSkeleton />;
  if (!series.data) return <ErrorState error={series.error} onRetry={() => void series.refetch()} />;
  if (known.error && accounts.length === 0) {
    return <ErrorState error={known.error} onRetry={() => void known.refetch()} />;
  }
  return <Loaded key={seriesId} loaded={series.data} accounts={accounts} />;
}

/** Starts from what was loaded first: what comes later by itself must not replace what is being written. */
function Loaded({ loaded, accounts }: { loaded: Series; accounts: Account[] }) {
  const [series] = useState(loaded);
  const { time, zone, starts_on } = series.rule;
  return (
    <Composer
      start={{
        post: null,
        series,
        accounts,
        composition: fromPost(series.content),
        when: { local: `${starts_on}T${time}`, zone },
      }}
      given={null}
    />
  );
}
