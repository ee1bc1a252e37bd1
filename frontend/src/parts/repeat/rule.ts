import type { TFunction } from 'i18next';
import type { Occurrence, RepeatRule, Weekday } from '@/api/types';
import { zoneCity } from '@/ui/time';
import { addDays, type Day, dayName, weekday } from '@/ui/zoned';

export const WEEKDAYS: Weekday[] = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
];

/** A Monday: what a day of the week is called does not depend on which. */
const SOME_MONDAY = '2026-11-23';

/** A day of the week in words. */
export function weekdayName(day: Weekday, style: 'long' | 'short' = 'long'): string {
  return dayName(addDays(SOME_MONDAY, WEEKDAYS.indexOf(day)), { weekday: style });
}

/** A rule to begin with: each week on the day and at the time that were chosen. */
export function weeklyFrom(local: string, zone: string): RepeatRule {
  const [day = '', time = ''] = local.split('T');
  const chosen = WEEKDAYS[weekday(day)] ?? 'monday';
  return {
    frequency: { kind: 'weekly', weekdays: [chosen] },
    interval: 1,
    time: time.slice(0, 5) || '09:00',
    zone,
    starts_on: day,
    ends: { kind: 'never' },
  };
}

/** The same rule by another measure, as far as its words carry over. */
export function inUnits(rule: RepeatRule, kind: RepeatRule['frequency']['kind']): RepeatRule {
  if (rule.frequency.kind === kind) return rule;
  const day = rule.starts_on;
  const frequency: Record<typeof kind, RepeatRule['frequency']> = {
    daily: { kind: 'daily' },
    weekly: { kind: 'weekly', weekdays: [WEEKDAYS[weekday(day)] ?? 'monday'] },
    monthly: { kind: 'monthly', day: Number(day.slice(8, 10)) || 1 },
  };
  return { ...rule, frequency: frequency[kind], interval: 1 };
}

const inFull = (day: Day) => dayName(day, { day: 'numeric', month: 'short', year: 'numeric' });

/** `Monday, Wednesday and Friday`. */
function list(words: string[]): string {
  return new Intl.ListFormat('en-GB', { type: 'conjunction' }).format(words);
}

/** A rule in a sentence: `Every 2 weeks on Monday at 09:00, Berlin time, until 1 Mar 2027`. */
export function ruleWords(rule: RepeatRule, t: TFunction<'series'>): string {
  const { frequency, interval: count } = rule;
  const days =
    frequency.kind === 'weekly'
      ? list(WEEKDAYS.filter((day) => frequency.weekdays.includes(day)).map((day) => weekdayName(day)))
      : '';
  const day = frequency.kind === 'monthly' ? frequency.day : 0;
  const every = t(`words.${frequency.kind}`, { count, days, day });
  const words = t('words.at', { every, time: rule.time, city: zoneCity(rule.zone) });
  if (rule.ends.kind === 'on_date' && rule.ends.date) {
    return t('words.until', { words, date: inFull(rule.ends.date) });
  }
  if (rule.ends.kind === 'after') return t('words.times', { words, count: rule.ends.count });
  return words;
}

/** When an occurrence goes out: `Tue 24 Nov 2026, 09:00`. */
export function occurrenceTime({ schedule }: Pick<Occurrence, 'schedule'>): string {
  const [day = '', time = ''] = schedule.local.split('T');
  const words = dayName(day, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
  return `${words.replace(',', '')}, ${time.slice(0, 5)}`;
}
