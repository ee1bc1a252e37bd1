import { IconCalendarTime, IconRepeat } from '@tabler/icons-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { PlatformBadge } from '@/ui/PlatformBadge';
import { StatusPill } from '@/ui/StatusPill';
import classes from './Chip.module.css';
import { type Entry, isMovable } from './entries';

interface Props {
  entry: Entry;
  /** The signed-in role may move posts. */
  canMove: boolean;
  lifted?: boolean;
}

/**
 * One post in the grid: time, state, text and networks in one line. Plain elements without listeners of their own:
 * the grid listens once for all of them.
 */
export const Chip = memo(function Chip({ entry, canMove, lifted = false }: Props) {
  const { t } = useTranslation('calendar');
  const { post, time } = entry;
  const excerpt = post.excerpt.trim() || t('chip.noText');
  const networks = [...new Set(post.targets.map(({ platform }) => platform))];
  const names = networks.map((platform) => t(`platform.${platform}`, { ns: 'common' }));
  const movable = canMove && isMovable(entry);
  return (
    <li className={classes.item}>
      <a
        className={classes.chip}
        href={`/posts/${post.id}`}
        data-post={post.id}
        data-status={post.status}
        data-lifted={lifted || undefined}
        data-item
        tabIndex={-1}
        draggable={movable}
        aria-keyshortcuts={movable ? 'm' : undefined}
        aria-label={t(post.series ? 'chip.labelSeries' : 'chip.label', {
          time,
          status: t(`status.${post.status}`, { ns: 'common' }),
          networks: names.join(', ') || t('chip.noNetwork'),
          excerpt,
        })}
      >
        <span className={classes.time}>{time}</span>
        <StatusPill status={post.status} compact />
        <span className={classes.excerpt} dir="auto">
          {excerpt}
        </span>
        <span className={classes.networks}>
          {post.series && <IconRepeat className={classes.repeats} size={14} stroke={1.8} aria-hidden />}
          {networks.map((platform) => (
            <PlatformBadge key={platform} platform={platform} size={14} decorative />
          ))}
        </span>
      </a>
      {movable && (
        <button
          type="button"
          className={classes.move}
          data-move={post.id}
          tabIndex={-1}
          aria-label={t('chip.move', { excerpt })}
          title={t('move.action')}
        >
          <IconCalendarTime size={14} stroke={1.8} aria-hidden />
        </button>
      )}
    </li>
  );
});
