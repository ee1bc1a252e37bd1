/**
 * Days and hours of a zone's wall clock: what a calendar grid is made of. Days are plain dates
 * (`2026-11-24`), instants are milliseconds since 1970. Days have 23, 24, 25 or (Lord Howe) 23½ and 24½ hours.
 */

/** A day of a calendar, without a zone: `2026-11-24`. */
export type Day = string;

/** One hour of a day's wall clock, or what a clock change leaves of it. */
export interface HourSlot {
  day: Day;
  /** 0 to 23. */
  hour: number;
  /** The clock has already shown this hour on this day: clocks went back. */
  again: boolean;
  /** First instant, and the first one after it. */
  from: number;
  until: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const midnight = (day: Day) => Date.parse(`${day}T00:00:00Z`);
const toDay = (wall: number): Day => new Date(wall).toISOString().slice(0, 10);

/** The day so many days later. */
export const addDays = (day: Day, days: number): Day => toDay(midnight(day) + days * DAY);

/** Days from `from` to `to`. */
export const daysBetween = (from: Day, to: Day): number => (midnight(to) - midnight(from)) / DAY;

/** 0 is Monday. */
export const weekday = (day: Day): number => (new Date(midnight(day)).getUTCDay() + 6) % 7;

export const startOfWeek = (day: Day): Day => addDays(day, -weekday(day));

export const startOfMonth = (day: Day): Day => `${day.slice(0, 7)}-01`;

/** The same day of another month, or that month's last day. */
export function addMonths(day: Day, months: number): Day {
  const date = new Date(midnight(day));
  const first = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1));
  const length = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  return toDay(first.getTime() + (Math.min(date.getUTCDate(), length) - 1) * DAY);
}

/** `count` days from `first` on. */
export const daysFrom = (first: Day, count: number): Day[] =>
  Array.from({ length: count }, (_, index) => addDays(first, index));

/** The whole weeks that hold a month: 28 to 42 days. */
export function monthGrid(day: Day): Day[] {
  const first = startOfWeek(startOfMonth(day));
  const next = addMonths(startOfMonth(day), 1);
  return daysFrom(first, Math.ceil(daysBetween(first, next) / 7) * 7);
}

export const weekGrid = (day: Day): Day[] => daysFrom(startOfWeek(day), 7);

const clocks = new Map<string, Intl.DateTimeFormat>();

/** What the clocks of `zone` show at an instant, as if that were UTC. */
function wall(at: number, zone: string): number {
  let clock = clocks.get(zone);
  if (!clock) {
    clock = new Intl.DateTimeFormat('en-US-u-ca-iso8601-nu-latn', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    clocks.set(zone, clock);
  }
  const part: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of clock.formatToParts(at)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (at % 1000);
}

/** The wall clock at an instant: `2026-11-24T09:00`. */
export const localTime = (at: number, zone: string): string =>
  new Date(wall(at, zone)).toISOString().slice(0, 16);

export const dayOf = (at: number, zone: string): Day => toDay(wall(at, zone));

/** The instants at which the clocks show `local`: one, none (clocks went forward) or two (clocks went back). */
export function instantsOf(local: string, zone: string): number[] {
  const shown = Date.parse(`${local.slice(0, 16)}:00Z`);
  const candidates = [shown - DAY, shown + DAY].map((near) => shown - (wall(near, zone) - near));
  return [...new Set(candidates)].filter((at) => wall(at, zone) === shown).sort((a, b) => a - b);
}

/** The first instant of a day: midnight, or where the clock goes on when midnight is skipped. */
export function startOfDay(day: Day, zone: string): number {
  const shown = midnight(day);
  const skipped = shown - (wall(shown - DAY, zone) - (shown - DAY));
  return instantsOf(`${day}T00:00`, zone)[0] ?? skipped;
}

/** The first instant at which the clock has jumped, between two with a jump between them. */
function jump(from: number, until: number, zone: string): number {
  const ahead = wall(from, zone) - from;
  let [before, after] = [from, until];
  while (after - before > MINUTE) {
    const middle = Math.floor((before + after) / 2 / MINUTE) * MINUTE;
    if (wall(middle, zone) - middle === ahead) before = middle;
    else after = middle;
  }
  return after;
}

/** All hours that the clock shows on a day, in order. */
export function hoursOf(day: Day, zone: string): HourSlot[] {
  const slots: HourSlot[] = [];
  const seen = new Set<number>();
  const end = startOfDay(addDays(day, 1), zone);
  for (let from = startOfDay(day, zone); from < end; ) {
    const shown = wall(from, zone);
    const whole = from + HOUR - (((shown % HOUR) + HOUR) % HOUR);
    const jumps = wall(whole, zone) - shown !== whole - from;
    const until = jumps ? jump(from, whole, zone) : whole;
    const hour = new Date(shown).getUTCHours();
    slots.push({ day, hour, again: seen.has(hour), from, until });
    seen.add(hour);
    from = until;
  }
  return slots;
}

/** `9` as `09:00`. */
export const hourLabel = (hour: number): string => `${String(hour).padStart(2, '0')}:00`;

const names = new Map<string, Intl.DateTimeFormat>();

/** A day in words, by the parts asked for. */
export function dayName(day: Day, parts: Intl.DateTimeFormatOptions, locale = 'en-GB'): string {
  const key = `${locale} ${JSON.stringify(parts)}`;
  let format = names.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(locale, { ...parts, timeZone: 'UTC' });
    names.set(key, format);
  }
  return format.format(midnight(day));
}
