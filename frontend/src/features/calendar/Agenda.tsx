import { Button, Skeleton } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Day, dayName } from '@/ui/zoned';
import classes from './Agenda.module.css';
import type { Entry } from './entries';
import { PostLine } from './PostLine';
import lines from './PostLine.module.css';

interface Props {
  days: Day[];
  entries: Map<Day, Entry[]>;
  today: Day;
  loading: boolean;
  canWrite: boolean;
  canMove: boolean;
  onDay: (day: Day) => void;
  onMove: (entry: Entry) => void;
}

/** How many posts a day shows before "+ n more". */
const SHOWN = 5;

/** The calendar of a phone: the days that hold something, and today. */
export function Agenda({ days, entries, today, loading, canWrite, canMove, onDay, onMove }: Props) {
  const { t } = useTranslation('calendar');
  // The days before today wait behind a button, so that the list opens where people look first.
  const [all, setAll] = useState(false);
  if (loading) {
    return (
      <div role="status" aria-label={t('loading.first')}>
        {[0, 1, 2, 3].map((row) => (
          <div key={row}>
            <Skeleton height={14} width={150} mt={24} mb={12} />
            <Skeleton height={64} />
          </div>
        ))}
      </div>
    );
  }
  const filled = days.filter((day) => day === today || entries.has(day));
  const earlier = days.includes(today) && !all ? filled.filter((day) => day < today) : [];
  return (
    <>
      {earlier.length > 0 && (
        <Button variant="default" size="xs" mb="xs" onClick={() => setAll(true)}>
          {t('empty.earlier', { count: earlier.length })}
        </Button>
      )}
      {filled.slice(earlier.length).map((day) => {
        const posts = entries.get(day) ?? [];
        const name = dayName(day, { weekday: 'long', day: 'numeric', month: 'long' });
        const more = posts.length - SHOWN;
        return (
          <section key={day} className={classes.day} aria-labelledby={`day-${day}`}>
            <header className={classes.head} data-today={day === today || undefined}>
              <h2 id={`day-${day}`}>
                {name}
                {day === today && <span className={classes.today}> · {t('day.today')}</span>}
              </h2>
              {canWrite && day >= today && (
                <Link
                  className={classes.add}
                  to="/posts/new"
                  search={{ on: day }}
                  aria-label={`${t('day.newPost')}: ${name}`}
                >
                  <IconPlus size={18} stroke={1.8} aria-hidden />
                </Link>
              )}
            </header>
            {posts.length === 0 && <p className={lines.none}>{t('empty.today')}</p>}
            {posts.length > 0 && (
              <ul className={lines.list}>
                {posts.slice(0, SHOWN).map((entry) => (
                  <PostLine key={entry.post.id} entry={entry} canMove={canMove} onMove={onMove} />
                ))}
              </ul>
            )}
            {more > 0 && (
              <Button
                variant="subtle"
                size="sm"
                onClick={() => onDay(day)}
                aria-label={t('day.moreLabel', { count: more, day: name })}
              >
                {t('day.more', { count: more })}
              </Button>
            )}
          </section>
        );
      })}
    </>
  );
}
