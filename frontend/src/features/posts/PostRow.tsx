import { IconAlignLeft } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account, PostSummary } from '@/api/types';
import { PlatformBadge } from '@/ui/PlatformBadge';
import { StatusPill } from '@/ui/StatusPill';
import { TimeText } from '@/ui/TimeText';
import classes from './PostRow.module.css';

interface Props {
  post: PostSummary;
  accounts: Account[];
  zone: string;
}

/** One post in the list: picture, words, where it goes and how that stands, when. */
export const PostRow = memo(function PostRow({ post, accounts, zone }: Props) {
  const { t } = useTranslation('posts');
  const excerpt = post.excerpt.trim();
  const draft = post.status === 'draft';
  return (
    <li className={classes.row}>
      <span className={classes.cover} aria-hidden>
        {post.cover?.thumb_url ? (
          <img src={post.cover.thumb_url} alt="" loading="lazy" width={48} height={48} />
        ) : (
          <IconAlignLeft size={20} stroke={1.4} />
        )}
      </span>
      <div className={classes.words}>
        <Link
          to="/posts/$postId"
          params={{ postId: post.id }}
          className={classes.link}
          data-empty={!excerpt || undefined}
          dir="auto"
        >
          {excerpt || t('noText')}
        </Link>
        <ul className={classes.targets} aria-label={t('row.networks')}>
          {post.targets.length === 0 && <li className={classes.quiet}>{t('row.noNetwork')}</li>}
          {post.targets.map(({ account_id, platform, state }) => {
            const handle = accounts.find(({ id }) => id === account_id)?.handle;
            return (
              <li key={account_id} title={handle}>
                <PlatformBadge platform={platform} size={18} />
                {!draft && <StatusPill status={state} compact />}
              </li>
            );
          })}
        </ul>
      </div>
      <div className={classes.when}>
        {post.schedule ? (
          <TimeText at={post.schedule.at} zone={zone} />
        ) : (
          <span className={classes.quiet}>
            {t('row.draftChanged')} <TimeText at={post.updated_at} zone={zone} style="date" />
          </span>
        )}
      </div>
      <div className={classes.status}>
        <StatusPill status={post.status} />
      </div>
    </li>
  );
});
