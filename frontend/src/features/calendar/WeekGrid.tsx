import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { dayName, type HourSlot, hourLabel, hoursOf } from '@/ui/zoned';
import { Chip } from './Chip';
import { type Entry, slotKey } from './entries';
import classes from './Grid.module.css';
import type { GridProps } from './MonthGrid';
import { SkeletonChips } from './SkeletonChips';

/** One line of the week: an hour, or its repetition where clocks go back on one of the days. */
interface Row {
  hour: number;
  again: boolean;
}

const SHOWN = 2;

/** The lines of a week: every hour once, and once more what any of its days repeats. */
export function weekRows(hours: HourSlot[][]): Row[] {
  const repeated = new Set(hours.flat().flatMap(({ hour, again }) => (again ? [hour] : [])));
  return Array.from({ length: 24 }, (_, hour) => hour).flatMap((hour) => [
    { hour, again: false },
    ...(repeated.has(hour) ? [{ hour, again: true }] : []),
  ]);
}

/** A week by hours of the wall clock: clock changes show as a missing or a doubled hour. */
export function WeekGrid({ days, zone, entries, today, ...rest }: GridProps) {
  const { t } = useTranslation('calendar');
  const hours = days.map((day) => hoursOf(day, zone));
  const rows = weekRows(hours);
  return (
    <>
      <thead>
        <tr>
          <td className={classes.corner} />
          {days.map((day) => {
            const count = entries.get(day)?.length ?? 0;
            const name = dayName(day, { weekday: 'long', day: 'numeric', month: 'long' });
            const label = t('day.open', { day: name, count });
            return (
              <th key={day} scope="col" className={classes.dayHead} data-today={day === today || undefined}>
                <button
                  type="button"
                  data-item
                  data-day={day}
                  tabIndex={-1}
                  aria-label={day === today ? `${label}, ${t('day.today')}` : label}
                >
                  <span>{dayName(day, { weekday: 'short' })}</span> <strong>{Number(day.slice(8))}</strong>
                </button>
              </th>
            );
          })}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ hour, again }) => (
          <tr key={`${hour}${again}`} className={classes.hourRow} data-hour={hour}>
            <th scope="row" className={classes.hour}>
              {hourLabel(hour)}
              {again && <small>{t('grid.again')}</small>}
            </th>
            {days.map((day, index) => {
              const doubled = rows.some((row) => row.hour === hour && row.again);
              const slot = hours[index]?.find((each) => each.hour === hour && each.again === again);
              const twice = hours[index]?.some((each) => each.hour === hour && each.again);
              // On a day that does not repeat this hour, one cell covers both lines.
              if (!slot && again) return <Fragment key={day} />;
              if (!slot) {
                return (
                  <td key={day} className={classes.skipped} rowSpan={doubled ? 2 : 1}>
                    <span>{t('grid.clockForward', { hour: hourLabel(hour) })}</span>
                  </td>
                );
              }
              const inside = entries.get(day)?.filter(({ at }) => at >= slot.from && at < slot.until) ?? [];
              return (
                <HourCell
                  key={day}
                  slot={slot}
                  posts={inside}
                  rowSpan={doubled && !twice ? 2 : 1}
                  isToday={day === today}
                  seed={index * 5 + hour * 11}
                  {...rest}
                />
              );
            })}
          </tr>
        ))}
      </tbody>
    </>
  );
}

interface CellProps extends Omit<GridProps, 'days' | 'entries' | 'zone' | 'today'> {
  slot: HourSlot;
  posts: Entry[];
  rowSpan: number;
  isToday: boolean;
  seed: number;
}

function HourCell({ slot, posts, rowSpan, isToday, seed, ...view }: CellProps) {
  const { t } = useTranslation('calendar');
  const { loading, canWrite, canMove, liftedId, targetKey } = view;
  const { day, hour, again, until } = slot;
  const key = slotKey(slot);
  const name = dayName(day, { weekday: 'long', day: 'numeric', month: 'long' });
  const past = until <= Date.now();
  const shown = posts.slice(0, posts.length > SHOWN + 1 ? SHOWN : SHOWN + 1);
  const more = posts.length - shown.length;
  const time = again ? `${hourLabel(hour)} (${t('grid.again')})` : hourLabel(hour);
  return (
    <td
      className={classes.slot}
      rowSpan={rowSpan}
      data-slot={key}
      data-past={past || undefined}
      data-today={isToday || undefined}
      data-target={targetKey === key || undefined}
      data-fresh={(canWrite && !past) || undefined}
    >
      {loading && hour > 7 && hour < 19 && seed % 4 === 0 && <SkeletonChips seed={0} />}
      {posts.length > 0 && (
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
      )}
      {canWrite && !past && (
        <button
          type="button"
          className={classes.add}
          data-item
          data-new={key}
          tabIndex={-1}
          aria-label={t('day.newPostAt', { day: name, hour: time })}
        >
          +
        </button>
      )}
    </td>
  );
}
