import { Button, Group } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImportReport } from '@/api/types';
import classes from './ImportPage.module.css';

/** Everything is made: where to see it, and the way to the next sheet. */
export function Done({ report, onAnother }: { report: ImportReport; onAnother: () => void }) {
  const { t } = useTranslation('import');
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  const { made, scheduled, drafts } = report.counts;
  const first = report.rows.flatMap(({ schedule }) => (schedule ? [schedule.local] : [])).sort()[0];
  return (
    <section className={classes.done}>
      <IconCircleCheck size={40} stroke={1.4} aria-hidden />
      <h2 ref={title} tabIndex={-1}>
        {t('done.title', { count: made })}
      </h2>
      <p className={classes.hint}>
        {t('done.scheduled', { count: scheduled })} {t('done.drafts', { count: drafts })}
      </p>
      <Group gap="xs" justify="center">
        {first ? (
          <Button
            renderRoot={(props) => <Link {...props} to="/calendar" search={{ date: first.slice(0, 10) }} />}
          >
            {t('done.calendar')}
          </Button>
        ) : (
          <Button component={Link} to="/posts">
            {t('done.posts')}
          </Button>
        )}
        <Button variant="default" onClick={onAnother}>
          {t('done.another')}
        </Button>
      </Group>
    </section>
  );
}
