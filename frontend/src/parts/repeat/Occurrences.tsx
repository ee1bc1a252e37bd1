import { IconClockExclamation } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Occurrence } from '@/api/types';
import { offsetLabel } from '@/ui/time';
import classes from './Repeat.module.css';
import { occurrenceTime } from './rule';

/** Dates of a series on the clock of its zone, with what a change of clocks does to them. */
export function Occurrences({ occurrences, label }: { occurrences: Occurrence[]; label: string }) {
  return (
    <ol className={classes.dates} aria-label={label}>
      {occurrences.map((occurrence) => (
        <li key={occurrence.number}>
          <time dateTime={occurrence.schedule.at}>{occurrenceTime(occurrence)}</time>
          <span className={classes.dim}>{offsetLabel(occurrence.schedule.zone, occurrence.schedule.at)}</span>
          <ShiftNote occurrence={occurrence} />
        </li>
      ))}
    </ol>
  );
}

/** Why an occurrence is not at its usual time, or which of two readings it is. */
export function ShiftNote({ occurrence }: { occurrence: Pick<Occurrence, 'wanted' | 'schedule' | 'shift'> }) {
  const { t } = useTranslation('series');
  const { wanted, schedule, shift } = occurrence;
  if (!shift) return null;
  return (
    <span className={classes.shift}>
      <IconClockExclamation size={16} stroke={1.6} aria-hidden />
      {t(`upcoming.${shift}`, { time: wanted.slice(11, 16), at: schedule.local.slice(11, 16) })}
    </span>
  );
}
