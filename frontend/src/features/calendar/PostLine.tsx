import { ActionIcon } from '@mantine/core';
import { IconCalendarTime, IconRepeat } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { PlatformBadge } from '@/ui/PlatformBadge';
import { StatusPill } from '@/ui/StatusPill';
import { type Entry, isMovable } from './entries';
import classes from './PostLine.module.css';

interface Props {
  entry: Entry;
  canMove: boolean;
  onMove: (entry: Entry) => void;
}

/** One post with room: in the list of a day and in the phone's agenda. */
export function PostLine({ entry, canMove, onMove }: Props) {
  const { t } = useTranslation('calendar');
  const { post, time } = entry;
  const excerpt = post.excerpt.trim() || t('chip.noText');
  return (
    <li className={classes.line}>
      <Link to="/posts/$postId" params={{ postId: post.id }} className={classes.link}>
        <span className={classes.time}>{time}</span>
        <span className={classes.words}>
          <span className={classes.excerpt} dir="auto">
            {excerpt}
          </span>
          <span className={classes.facts}>
            <StatusPill status={post.status} />
            {post.series && <IconRepeat size={16} stroke={1.8} role="img" aria-label={t('chip.series')} />}
            {post.targets.map(({ account_id, platform }) => (
              <PlatformBadge key={account_id} platform={platform} size={16} />
            ))}
          </span>
        </span>
        {post.cover?.thumb_url && (
          <img className={classes.cover} src={post.cover.thumb_url} alt="" loading="lazy" />
        )}
      </Link>
      {canMove && isMovable(entry) && (
        <ActionIcon
          className={classes.move}
          aria-label={t('chip.move', { excerpt })}
          title={t('move.action')}
          onClick={() => onMove(entry)}
        >
          <IconCalendarTime size={18} stroke={1.6} aria-hidden />
        </ActionIcon>
      )}
    </li>
  );
}
