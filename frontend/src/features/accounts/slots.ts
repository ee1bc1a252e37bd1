import type { SlotTime, Weekday } from '@/api/types';
import { WEEKDAYS } from '@/parts/repeat/rule';

/** Most times of a week. */
export const MOST_SLOTS = 50;

const WORKDAYS: Weekday[] = WEEKDAYS.slice(0, 5);

const at = (days: Weekday[], ...times: string[]): SlotTime[] =>
  days.flatMap((weekday) => times.map((time) => ({ weekday, time })));

/** Weeks to begin with. */
export const PRESETS = {
  workdays: at(WORKDAYS, '09:00'),
  twice: at(WORKDAYS, '09:00', '17:00'),
  three: at(['monday', 'wednesday', 'friday'], '12:00'),
  weekend: at(['saturday', 'sunday'], '10:00'),
} as const satisfies Record<string, SlotTime[]>;

const order = ({ weekday, time }: SlotTime) => `${WEEKDAYS.indexOf(weekday)} ${time}`;

/** In order of the week, each once. */
export function inWeek(times: readonly SlotTime[]): SlotTime[] {
  const sorted = [...times].sort((a, b) => order(a).localeCompare(order(b)));
  return sorted.filter((slot, index) => index === 0 || order(slot) !== order(sorted[index - 1] as SlotTime));
}

/** The same week with a time on some days. */
export function withTime(times: readonly SlotTime[], days: Weekday[], time: string): SlotTime[] {
  return inWeek([...times, ...at(days, time)]);
}

/** The same week without a time. */
export function without(times: readonly SlotTime[], gone: SlotTime): SlotTime[] {
  return times.filter(({ weekday, time }) => weekday !== gone.weekday || time !== gone.time);
}
