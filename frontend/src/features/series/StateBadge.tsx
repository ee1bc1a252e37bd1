import { IconCircleCheck, IconPlayerPause, IconRepeat } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Series } from '@/api/types';
import classes from './Series.module.css';

const ICONS = { active: IconRepeat, paused: IconPlayerPause, ended: IconCircleCheck };

/** Whether a series goes on: a form and a word. */
export function StateBadge({ state }: { state: Series['state'] }) {
  const { t } = useTranslation('series');
  const Icon = ICONS[state];
  return (
    <span className={classes.state} data-state={state}>
      <Icon size={14} stroke={2} aria-hidden />
      {t(`state.${state}`)}
    </span>
  );
}
