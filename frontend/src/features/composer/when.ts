import type { TimeChoice } from '@/api/types';
import { formatTime, offsetLabel } from '@/ui/time';

/** A wall-clock time in a zone: what the user says, and what the API takes. */
export interface When {
  /** `2026-11-24T09:00` */
  local: string;
  /** IANA zone. */
  zone: string;
  /** Which of two readings is meant, on the night the clocks go back. */
  disambiguation?: 'earlier' | 'later' | null;
}

/** What a wall-clock time means, or why it means nothing. The server has the last word; this answers at once. */
export type Verdict =
  | { state: 'ok'; at: Date }
  | { state: 'incomplete' }
  | { state: 'past' | 'gap' | 'twice'; choices: TimeChoice[] };

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const clocks = new Map<string, Intl.DateTimeFormat>();

function clock(zone: string): Intl.DateTimeFormat {
  let found = clocks.get(zone);
  if (!found) {
    found = new Intl.DateTimeFormat('sv-SE', {
      timeZone: zone,
      dateStyle: 'short',
      timeStyle: 'short',
    });
    clocks.set(zone, found);
  }
  return found;
}

/** What the clock on the wall shows in `zone`: `2026-11-24T09:00`. */
export function wallClock(at: Date, zone: string): string {
  return clock(zone).format(at).replace(' ', 'T');
}

/** Milliseconds that `zone` is ahead of UTC at an instant. */
function offset(at: number, zone: string): number {
  const minute = Math.floor(at / MINUTE) * MINUTE;
  return Date.parse(`${wallClock(new Date(minute), zone)}Z`) - minute;
}

/** Every instant at which the clock shows `local`, earliest first: none in a gap, two in an overlap. */
export function instants(local: string, zone: string): Date[] {
  const utc = Date.parse(`${local}Z`);
  if (Number.isNaN(utc)) return [];
  const offsets = new Set([-DAY, 0, DAY].map((shift) => offset(utc + shift, zone)));
  return [...offsets]
    .map((ahead) => utc - ahead)
    .filter((at) => wallClock(new Date(at), zone) === local.slice(0, 16))
    .sort((a, b) => a - b)
    .map((at) => new Date(at));
}

function choice(at: Date, zone: string, disambiguation: When['disambiguation'] = null): TimeChoice {
  return {
    label: `${formatTime(at, zone)} (${offsetLabel(zone, at)})`,
    local: wallClock(at, zone),
    zone,
    at: at.toISOString(),
    disambiguation,
  };
}

/** Both readings of a time that the clocks skip: by the offset before the change, and by the one after it. */
function besideGap(local: string, zone: string): Date[] {
  const utc = Date.parse(`${local}Z`);
  const around = [offset(utc + DAY, zone), offset(utc - DAY, zone)];
  return around.map((ahead) => new Date(utc - ahead)).sort((a, b) => a.getTime() - b.getTime());
}

/** The next time the clock shows the same hour, and a quarter of an hour from now. */
function laterThan(now: Date, { local, zone }: When): TimeChoice[] {
  const hour = local.slice(10, 16);
  const next = [0, 1, 2]
    .flatMap((days) => instants(addDays(wallClock(now, zone).slice(0, 10), days) + hour, zone))
    .find((at) => at > now);
  const soon = new Date(now.getTime() + 15 * MINUTE);
  return [soon, ...(next ? [next] : [])].map((at) => choice(at, zone));
}

/** What `when` means for somebody who asks at `now`. */
export function judge(when: When, now: Date): Verdict {
  const { local, zone, disambiguation } = when;
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(local) || Number.isNaN(Date.parse(`${local}Z`))) {
    return { state: 'incomplete' };
  }
  const found = instants(local, zone);
  const [first, second] = found;
  if (!first) return { state: 'gap', choices: besideGap(local, zone).map((at) => choice(at, zone)) };
  if (second && !disambiguation) {
    return { state: 'twice', choices: [choice(first, zone, 'earlier'), choice(second, zone, 'later')] };
  }
  const at = second && disambiguation === 'later' ? second : first;
  return at > now ? { state: 'ok', at } : { state: 'past', choices: laterThan(now, when) };
}

/** A calendar date some days later. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T12:00Z`) + days * DAY).toISOString().slice(0, 10);
}

/** Times that need no picking; the earliest is the one a new post starts with. */
export function quickPicks(
  now: Date,
  zone: string,
): { name: 'tonight' | 'tomorrow' | 'monday' | 'week'; when: When }[] {
  const today = wallClock(now, zone).slice(0, 10);
  const weekday = new Date(`${today}T12:00Z`).getUTCDay();
  const picks = [
    { name: 'tonight' as const, local: `${today}T18:00` },
    { name: 'tomorrow' as const, local: `${addDays(today, 1)}T09:00` },
    {
      name: 'monday' as const,
      local: `${addDays(today, ((8 - weekday) % 7) + (weekday === 1 ? 7 : 0))}T09:00`,
    },
    { name: 'week' as const, local: `${addDays(today, 7)}T09:00` },
  ];
  return picks
    .filter(({ local }, index) => picks.findIndex((pick) => pick.local === local) === index)
    .map(({ name, local }) => ({ name, when: { local, zone } }))
    .filter(({ when }) => judge(when, now).state === 'ok');
}

/** `Tue 9:00` within the next days, `Tue 24 Nov, 9:00` later: for a button. */
export function shortTime(at: Date, zone: string, now: Date): string {
  const time = formatTime(at, zone, 'time').replace(/^0/, '');
  const words = formatTime(at, zone, 'date').replace(',', '').split(' ');
  const thisYear = words[3] === formatTime(now, zone, 'date').split(' ')[3];
  const near = at.getTime() - now.getTime() < 6 * DAY;
  return near ? `${words[0]} ${time}` : `${words.slice(0, thisYear ? 3 : 4).join(' ')}, ${time}`;
}

/** `in 3 days`, `in 20 minutes`, by the calendar of the zone once it is days. */
export function distance(at: Date, zone: string, now: Date, locale = 'en'): string {
  const words = new Intl.RelativeTimeFormat(locale, { numeric: 'always' });
  const date = (of: Date) => Date.parse(`${wallClock(of, zone).slice(0, 10)}T12:00Z`);
  const days = Math.round((date(at) - date(now)) / DAY);
  const minutes = Math.max(1, Math.round((at.getTime() - now.getTime()) / MINUTE));
  if (minutes < 60) return words.format(minutes, 'minute');
  if (days < 1 || minutes < 12 * 60) return words.format(Math.round(minutes / 60), 'hour');
  return days < 60 ? words.format(days, 'day') : words.format(Math.round(days / 30), 'month');
}
