import { IconArrowLeft } from '@tabler/icons-react';
import { Link, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import type { Account, Series } from '@/api/types';
import { atHandle } from '@/parts/accountName';
import { Occurrences } from '@/parts/repeat/Occurrences';
import { occurrenceTime, ruleWords } from '@/parts/repeat/rule';
import back from '@/ui/BackLink.module.css';
import { ErrorState } from '@/ui/ErrorState';
import { PageHeader } from '@/ui/PageHeader';
import { PlatformBadge } from '@/ui/PlatformBadge';
import { FormSkeleton } from '@/ui/Skeletons';
import { StatusPill } from '@/ui/StatusPill';
import { zoneCity } from '@/ui/time';
import classes from './Series.module.css';
import { SeriesActions } from './SeriesActions';
import { StateBadge } from './StateBadge';

/** One series: what it says, how it repeats, what comes and what was missed. */
export default function SeriesDetailPage() {
  const { t } = useTranslation('series');
  const { seriesId = '' } = useParams({ strict: false });
  const query = api.useQuery(
    'get',
    '/api/series/{id}',
    { params: { path: { id: seriesId } } },
    { refetchInterval: 60_000 },
  );
  return (
    <div className={classes.page}>
      <Link to="/series" className={back.back}>
        <IconArrowLeft size={16} stroke={1.8} aria-hidden /> {t('back')}
      </Link>
      {query.isPending && <FormSkeleton fields={4} />}
      {!query.data && query.isError && (
        <>
          <PageHeader title={t('heading')} />
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        </>
      )}
      {query.data && <Loaded series={query.data} stale={query.isError} />}
    </div>
  );
}

function Loaded({ series, stale }: { series: Series; stale: boolean }) {
  const { t } = useTranslation('series');
  const accounts = api.useQuery('get', '/api/accounts').data?.items ?? [];
  const paused = series.state === 'paused';
  return (
    <>
      <PageHeader title={t('heading')} actions={<SeriesActions series={series} />} />
      {stale && <p className={classes.stale}>{t('stale')}</p>}
      <div className={classes.columns}>
        <div>
          <section className={classes.section} aria-labelledby="series-rule">
            <h2 id="series-rule" className={classes.title}>
              {t('rule')}
            </h2>
            <p className={classes.time}>{ruleWords(series.rule, t)}</p>
            <StateBadge state={series.state} />
          </section>
          <Content series={series} accounts={accounts} />
        </div>
        <div>
          <Waiting series={series} />
          <section className={classes.section} aria-labelledby="series-upcoming">
            <h2 id="series-upcoming" className={classes.title}>
              {t(paused ? 'upcoming.titlePaused' : 'upcoming.title')}
            </h2>
            {series.upcoming.length > 0 ? (
              <Occurrences occurrences={series.upcoming} label={t('upcoming.title')} />
            ) : (
              <p className={classes.quiet}>{t('upcoming.none')}</p>
            )}
          </section>
          <MissedList series={series} />
        </div>
      </div>
    </>
  );
}

function Content({ series: { content }, accounts }: { series: Series; accounts: Account[] }) {
  const { t } = useTranslation('series');
  return (
    <section className={classes.section} aria-labelledby="series-content">
      <h2 id="series-content" className={classes.title}>
        {t('content')}
      </h2>
      <p className={classes.text} dir="auto">
        {content.text || <span className={classes.quiet}>{t('noText')}</span>}
      </p>
      {content.media.length > 0 && (
        <div className={classes.pictures}>
          {content.media.map((file) => (
            <img key={file.file_id} src={file.thumb_url ?? file.url} alt={file.alt} />
          ))}
        </div>
      )}
      <ul className={classes.plain} aria-label={t('networks')}>
        {content.targets.map(({ account_id, platform, text }) => {
          const account = accounts.find(({ id }) => id === account_id);
          return (
            <li key={account_id}>
              <PlatformBadge platform={platform} decorative />
              {t(`platform.${platform}`, { ns: 'common' })}
              <span className={classes.quiet}>{account && atHandle(account)}</span>
              {text !== null && <span className={classes.quiet}>{t('own')}</span>}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** The post that waits in the calendar. */
function Waiting({ series: { next, upcoming } }: { series: Series }) {
  const { t } = useTranslation('series');
  if (!next) return null;
  const [first] = upcoming;
  const moved = next.schedule && first && next.schedule.at !== first.schedule.at;
  return (
    <section className={`${classes.section} ${classes.card}`} aria-labelledby="series-waiting">
      <h2 id="series-waiting" className={classes.title}>
        {t('waiting.title')}
      </h2>
      {next.schedule && (
        <p className={classes.time}>
          {occurrenceTime({ schedule: next.schedule })}{' '}
          <span className={classes.quiet}>{zoneCity(next.schedule.zone)}</span>
        </p>
      )}
      {next.status ? (
        <div className={classes.plain}>
          <StatusPill status={next.status} />
          {moved && <span className={classes.quiet}>{t('waiting.moved')}</span>}
          <Link to="/posts/$postId" params={{ postId: next.post_id }} className={classes.follow}>
            {t('waiting.open')}
          </Link>
        </div>
      ) : (
        <p className={classes.quiet}>{t('waiting.skipped')}</p>
      )}
    </section>
  );
}

function MissedList({ series: { missed, missed_count } }: { series: Series }) {
  const { t } = useTranslation('series');
  if (missed.length === 0) return null;
  const rest = missed_count - missed.length;
  return (
    <section className={classes.section} aria-labelledby="series-missed">
      <h2 id="series-missed" className={classes.title}>
        {t('missed.title')}
      </h2>
      <p className={classes.quiet}>{t('missed.text')}</p>
      <ul className={classes.plain}>
        {missed.map((occurrence) => (
          <li key={`${occurrence.schedule.at} ${occurrence.number}`}>
            <time dateTime={occurrence.schedule.at}>{occurrenceTime(occurrence)}</time>
            {occurrence.post_id && (
              <>
                <span className={classes.quiet}>{t('missed.lapsed')}</span>
                <Link to="/posts/$postId" params={{ postId: occurrence.post_id }} className={classes.follow}>
                  {t('missed.post')}
                </Link>
              </>
            )}
          </li>
        ))}
        {rest > 0 && <li className={classes.quiet}>{t('missed.rest', { count: rest })}</li>}
      </ul>
    </section>
  );
}
