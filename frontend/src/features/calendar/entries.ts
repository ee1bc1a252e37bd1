import type { PostSummary, ScheduleInput } from '@/api/types';
import { type Day, dayName, type HourSlot, hoursOf, instantsOf, localTime } from '@/ui/zoned';

/** A post where the calendar shows it: on the organization's wall clock, whatever zone it was written in. */
export interface Entry {
  post: PostSummary;
  /** Milliseconds since 1970. */
  at: number;
  day: Day;
  /** `09:00` */
  time: string;
}

/** A place of the grid: a day, in the week view one of its hours. */
export interface Slot {
  day: Day;
  hour?: number;
  /** The second time that the clock shows this hour, where clocks go back. */
  again?: boolean;
}

/** Where a post is, or `null` for a draft, which has no time. */
export function toEntry(post: PostSummary, zone: string): Entry | null {
  if (!post.schedule) return null;
  const { local, zone: own, at } = post.schedule;
  const instant = Date.parse(at);
  const shown = own === zone ? local : localTime(instant, zone);
  return { post, at: instant, day: shown.slice(0, 10), time: shown.slice(11, 16) };
}

/** The entries of each day, in order of time. */
export function byDay(posts: Iterable<PostSummary>, zone: string): Map<Day, Entry[]> {
  const days = new Map<Day, Entry[]>();
  for (const post of posts) {
    const entry = toEntry(post, zone);
    if (!entry) continue;
    const day = days.get(entry.day);
    if (day) day.push(entry);
    else days.set(entry.day, [entry]);
  }
  for (const entries of days.values()) entries.sort((a, b) => a.at - b.at);
  return days;
}

/** Whether dragging, keys and the form may move it: only what still waits for its time. */
export const isMovable = ({ post }: Entry): boolean => post.status === 'scheduled';

/** A slot as one word, for attributes and keys: `2026-11-24`, `2026-10-25T02`, `2026-10-25T02+`. */
export function slotKey({ day, hour, again }: Slot): string {
  return hour === undefined ? day : `${day}T${String(hour).padStart(2, '0')}${again ? '+' : ''}`;
}

/** The reverse of {@link slotKey}. */
export function parseSlot(key: string): Slot {
  const [day = '', rest] = key.split('T');
  if (rest === undefined) return { day };
  return { day, hour: Number(rest.slice(0, 2)), again: rest.endsWith('+') };
}

/** The slot of the week view that an entry is in. */
export function hourSlotOf(entry: Entry, hours: HourSlot[]): Slot {
  const found = hours.find(({ from, until }) => entry.at >= from && entry.at < until);
  return {
    day: entry.day,
    hour: found?.hour ?? Number(entry.time.slice(0, 2)),
    again: found?.again ?? false,
  };
}

/** What to ask the server for when an entry is put into a slot: a day keeps the time, an hour the minutes. */
export function scheduleIn(entry: Entry, { day, hour, again }: Slot, zone: string): ScheduleInput {
  if (hour === undefined) return { local: `${day}T${entry.time}`, zone };
  const local = `${day}T${String(hour).padStart(2, '0')}${entry.time.slice(2)}`;
  const doubled = hoursOf(day, zone).some((slot) => slot.hour === hour && slot.again);
  return { local, zone, ...(doubled && { disambiguation: again ? 'later' : 'earlier' }) };
}

/** Where an entry is now, as a request that would put it back there. */
export function currentSchedule(post: PostSummary): ScheduleInput | null {
  if (!post.schedule) return null;
  const { local, zone, at } = post.schedule;
  const readings = instantsOf(local, zone);
  if (readings.length < 2) return { local: local.slice(0, 16), zone };
  const later = Date.parse(at) === readings[1];
  return { local: local.slice(0, 16), zone, disambiguation: later ? 'later' : 'earlier' };
}

/** Whether an entry is in a slot already. */
export function isAt(entry: Entry, slot: Slot, zone: string): boolean {
  if (slot.hour === undefined) return entry.day === slot.day;
  return slotKey(hourSlotOf(entry, hoursOf(entry.day, zone))) === slotKey(slot);
}

/** A wall clock in words: `Tue 24 Nov, 09:00`. */
export function whenName(local: string): string {
  const day = dayName(local.slice(0, 10), { weekday: 'short', day: 'numeric', month: 'short' });
  return `${day.replace(',', '')}, ${local.slice(11, 16)}`;
}

/** When an entry goes out, in words. */
export const entryName = ({ day, time }: Entry): string => whenName(`${day}T${time}`);
