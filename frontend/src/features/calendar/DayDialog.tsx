import { Button, Modal } from '@mantine/core';
import { IconPencilPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Day, dayName } from '@/ui/zoned';
import type { Entry } from './entries';
import { PostLine } from './PostLine';
import classes from './PostLine.module.css';

interface Props {
  day: Day;
  entries: Entry[];
  canMove: boolean;
  /** A new post may start here: the day is not over and the role may write. */
  canAdd: boolean;
  onMove: (entry: Entry) => void;
  onClose: () => void;
}

/** Drawn at once; a day can hold thousands. */
const BATCH = 100;

/** All posts of one day. */
export function DayDialog({ day, entries, canMove, canAdd, onMove, onClose }: Props) {
  const { t } = useTranslation('calendar');
  const [shown, setShown] = useState(BATCH);
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={dayName(day, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })}
      closeButtonProps={{ 'aria-label': t('day.close') }}
    >
      {entries.length === 0 ? (
        <p className={classes.none}>{t('day.none')}</p>
      ) : (
        <ul className={classes.list}>
          {entries.slice(0, shown).map((entry) => (
            <PostLine key={entry.post.id} entry={entry} canMove={canMove} onMove={onMove} />
          ))}
        </ul>
      )}
      {entries.length > shown && (
        <Button variant="subtle" fullWidth mt="xs" onClick={() => setShown(shown + BATCH)}>
          {t('action.loadMore', { ns: 'common' })}
        </Button>
      )}
      {canAdd && (
        <Button
          renderRoot={(props) => <Link {...props} to="/posts/new" search={{ on: day }} />}
          mt="md"
          variant={entries.length === 0 ? 'filled' : 'default'}
          leftSection={<IconPencilPlus size={18} stroke={1.6} aria-hidden />}
        >
          {t('day.newPost')}
        </Button>
      )}
    </Modal>
  );
}
