import { Button, Group } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOrg } from '@/api/me';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import { formatTime } from '@/ui/time';
import { dayOf } from '@/ui/zoned';
import classes from './RestoredNote.module.css';
import type { Composer } from './useComposer';

/** Says that unsent words were found on this device and are in place, with the way to be rid of them. */
export function RestoredNote({ composer }: { composer: Composer }) {
  const { t } = useTranslation('composer');
  const { zone } = useOrg();
  const [closed, setClosed] = useState(false);
  const [asking, setAsking] = useState(false);
  const { restoredAt, post, discard } = composer;
  if (restoredAt === null || closed) return null;
  const today = dayOf(restoredAt, zone) === dayOf(Date.now(), zone);
  const time = formatTime(new Date(restoredAt), zone, today ? 'time' : 'full');
  return (
    <div className={classes.note} role="status">
      <IconHistory size={20} stroke={1.6} aria-hidden />
      <p className={classes.words}>{t(post ? 'restored.edit' : 'restored.new', { time })}</p>
      <Group gap={8}>
        <Button size="compact-sm" variant="default" onClick={() => setClosed(true)}>
          {t('restored.continue')}
        </Button>
        <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setAsking(true)}>
          {t('restored.discard')}
        </Button>
      </Group>
      <ConfirmDialog
        opened={asking}
        title={t('restored.discardTitle')}
        confirmLabel={t('restored.discardConfirm')}
        danger
        onConfirm={() => {
          setAsking(false);
          setClosed(true);
          discard();
        }}
        onClose={() => setAsking(false)}
      >
        {t('restored.discardText', { time })}
      </ConfirmDialog>
    </div>
  );
}
