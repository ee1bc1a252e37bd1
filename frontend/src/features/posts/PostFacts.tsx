import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useMe, useOrg } from '@/api/me';
import type { Account, Post } from '@/api/types';
import { atHandle } from '@/parts/accountName';
import { PlatformBadge } from '@/ui/PlatformBadge';
import { StatusPill } from '@/ui/StatusPill';
import { TimeText } from '@/ui/TimeText';
import classes from './PostPage.module.css';

/** Status and time on the organization's clock, and on the one it was planned on where that is another. */
export function When({ post, zone }: { post: Post; zone: string }) {
  const { t } = useTranslation('posts');
  const { schedule } = post;
  return (
    <section className={classes.when} aria-labelledby="when">
      <h2 id="when" className={classes.title}>
        {t('post.when')}
      </h2>
      <p className={classes.time}>
        {schedule ? <TimeText at={schedule.at} zone={zone} /> : t('post.noTime')}
      </p>
      {schedule && schedule.zone !== zone && (
        <p className={classes.quiet}>
          <TimeText at={schedule.at} zone={schedule.zone} />
        </p>
      )}
      <StatusPill status={post.status} />
      {post.status === 'missed' && <p className={classes.quiet}>{t('post.missed')}</p>}
      {post.slot && <p className={classes.quiet}>{t('post.slot')}</p>}
      {post.series && (
        <p className={classes.quiet}>
          <Link
            to="/series/$seriesId"
            params={{ seriesId: post.series.series_id }}
            className={classes.follow}
          >
            {t('post.seriesNumber', { number: post.series.number })}
          </Link>
        </p>
      )}
    </section>
  );
}

/** Where a draft would go. */
export function Destinations({ post, accounts }: { post: Post; accounts: Account[] }) {
  const { t } = useTranslation('posts');
  const nameOf = (wanted: string) => {
    const account = accounts.find(({ id }) => id === wanted);
    return account ? atHandle(account) : t('receipts.disconnected');
  };
  return (
    <ul className={classes.destinations}>
      {post.targets.map(({ account_id, platform }) => (
        <li key={account_id}>
          <PlatformBadge platform={platform} decorative />
          {t(`platform.${platform}`, { ns: 'common' })}
          <span className={classes.quiet}>{nameOf(account_id)}</span>
        </li>
      ))}
    </ul>
  );
}

/** Who wrote it and when it changed. */
export function History({ post, zone }: { post: Post; zone: string }) {
  const { t } = useTranslation('posts');
  const me = useMe();
  const org = useOrg();
  const members = api.useQuery('get', '/api/orgs/{id}/members', { params: { path: { id: org.id } } });
  const writer = members.data?.items.find(({ user_id }) => user_id === post.created_by);
  const known = post.created_by === me.user_id ? me.name : writer?.name;
  if (!known && members.isPending) return null;
  return (
    <section aria-labelledby="history">
      <h2 id="history" className={classes.title}>
        {t('post.history')}
      </h2>
      <ul className={classes.history}>
        <li>
          {t('post.created', { name: known ?? t('post.formerMember') })}
          <br />
          <TimeText at={post.created_at} zone={zone} />
        </li>
        {post.updated_at !== post.created_at && (
          <li>
            {t('post.changed')}
            <br />
            <TimeText at={post.updated_at} zone={zone} />
          </li>
        )}
      </ul>
    </section>
  );
}
