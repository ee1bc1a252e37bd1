import { useTranslation } from 'react-i18next';
import { type Day, dayName } from '@/ui/zoned';
import { Chip } from './Chip';
import type { Entry } from './entries';
import classes from './Grid.module.css';
import { SkeletonChips } from './SkeletonChips';

/** What both grids show and how. */
export interface GridProps {
  days: Day[];
  entries: Map<Day, Entry[]>;
  today: Day;
  zone: string;
  /** Nothing is known yet: outlines stand in for posts. */
  loading: boolean;
  canWrite: boolean;
  canMove: boolean;
  /** The lifted post, and the place it would be dropped at as a key. */
  liftedId?: string;
  targetKey?: string;
}

/** How many posts a day of the month shows before "+ n more". */
const SHOWN = 2;

/** A month in whole weeks, from Monday. */
export function MonthGrid({ days, month, ...rest }: GridProps & { month: string }) {
  const weeks = Array.from({ length: days.length / 7 }, (_, week) => days.slice(week * 7, week * 7 + 7));
  return (
    <>
      <thead>
        <tr>
          {days.slice(0, 7).map((day) => (
            <th key={day} scope="col" className={classes.weekday} abbr={dayName(day, { weekday: 'long' })}>
              {dayName(day, { weekday: 'short' })}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week) => (
          <tr key={week[0]} className={classes.week}>
            {week.map((day) => (
              <DayCell key={day} day={day} outside={!day.startsWith(month)} {...rest} />
            ))}
          </tr>
        ))}
      </tbody>
    </>
  );
}

type CellProps = Omit<GridProps, 'days'> & { day: Day; outside: boolean };

function DayCell({
  day,
  outside,
  entries,
  today,
  loading,
  canWrite,
  canMove,
  liftedId,
  targetKey,
}: CellProps) {
  const { t } = useTranslation('calendar');
  const posts = entries.get(day) ?? [];
  const shown = posts.slice(0, posts.length > SHOWN + 1 ? SHOWN : SHOWN + 1);
  const more = posts.length - shown.length;
  const name = dayName(day, { weekday: 'long', day: 'numeric', month: 'long' });
  const label = t('day.open', { day: name, count: posts.length });
  return (
    <td
      className={classes.day}
      data-slot={day}
      data-outside={outside || undefined}
      data-past={day < today || undefined}
      data-today={day === today || undefined}
      data-target={targetKey === day || undefined}
      data-fresh={(canWrite && day >= today) || undefined}
      aria-current={day === today ? 'date' : undefined}
    >
      <button
        type="button"
        className={classes.number}
        data-item
        data-day={day}
        tabIndex={-1}
        aria-label={day === today ? `${label}, ${t('day.today')}` : label}
      >
        {day.endsWith('-01') ? dayName(day, { day: 'numeric', month: 'short' }) : Number(day.slice(8))}
      </button>
      {loading ? (
        <SkeletonChips seed={Number(day.slice(8))} />
      ) : (
        posts.length > 0 && (
          <ul className={classes.chips}>
            {shown.map((entry) => (
              <Chip key={entry.post.id} entry={entry} canMove={canMove} lifted={entry.post.id === liftedId} />
            ))}
            {more > 0 && (
              <li className={classes.moreItem}>
                <button
                  type="button"
                  className={classes.more}
                  data-item
                  data-day={day}
                  tabIndex={-1}
                  aria-label={t('day.moreLabel', { count: more, day: name })}
                >
                  {t('day.more', { count: more })}
                </button>
              </li>
            )}
          </ul>
        )
      )}
    </td>
  );
}
