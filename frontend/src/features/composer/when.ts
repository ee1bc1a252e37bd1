import type { TimeChoice } from '@/api/types';
import { formatTime, offsetLabel } from '@/ui/time';
import { addDays, dayOf, daysBetween, instantsOf, localTime, weekday } from '@/ui/zoned';

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

function choice(at: Date, zone: string, disambiguation: When['disambiguation'] = null): TimeChoice {
  return {
    label: `${formatTime(at, zone)} (${offsetLabel(zone, at)})`,
    local: localTime(at.getTime(), zone),
    zone,
    at: at.toISOString(),
    disambiguation,
  };
}

/** Both readings of a time that the clocks skip: by the offset before the change, and by the one after it. */
function besideGap(local: string, zone: string): Date[] {
  const shown = Date.parse(`${local}Z`);
  return [shown - DAY, shown + DAY]
    .map((near) => shown - (Date.parse(`${localTime(near, zone)}Z`) - near))
    .sort((a, b) => a - b)
    .map((at) => new Date(at));
}

/** The next time the clock shows the same hour, and a quarter of an hour from now. */
function laterThan(now: Date, { local, zone }: When): TimeChoice[] {
  const hour = local.slice(10, 16);
  const next = [0, 1, 2]
    .flatMap((days) => instantsOf(addDays(dayOf(now.getTime(), zone), days) + hour, zone))
    .find((at) => at > now.getTime());
  const soon = new Date(now.getTime() + 15 * MINUTE);
  return [soon, ...(next ? [new Date(next)] : [])].map((at) => choice(at, zone));
}

/** What `when` means for somebody who asks at `now`. */
export function judge(when: When, now: Date): Verdict {
  const { local, zone, disambiguation } = when;
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(local) || Number.isNaN(Date.parse(`${local}Z`))) {
    return { state: 'incomplete' };
  }
  const [first, second] = instantsOf(local, zone).map((at) => new Date(at));
  if (!first) return { state: 'gap', choices: besideGap(local, zone).map((at) => choice(at, zone)) };
  if (second && !disambiguation) {
    return { state: 'twice', choices: [choice(first, zone, 'earlier'), choice(second, zone, 'later')] };
  }
  const at = second && disambiguation === 'later' ? second : first;
  return at > now ? { state: 'ok', at } : { state: 'past', choices: laterThan(now, when) };
}

/** Times that need no picking; the earliest is the one a new post starts with. */
export function quickPicks(
  now: Date,
  zone: string,
): { name: 'tonight' | 'tomorrow' | 'monday' | 'week'; when: When }[] {
  const today = dayOf(now.getTime(), zone);
  const picks = [
    { name: 'tonight' as const, local: `${today}T18:00` },
    { name: 'tomorrow' as const, local: `${addDays(today, 1)}T09:00` },
    {
      name: 'monday' as const,
      local: `${addDays(today, 7 - weekday(today))}T09:00`,
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

/** `in 3 days`, `tomorrow`, `in 20 minutes`, by the calendar of the zone once it is days. */
export function distance(at: Date, zone: string, now: Date, locale = 'en'): string {
  const words = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const days = daysBetween(dayOf(now.getTime(), zone), dayOf(at.getTime(), zone));
  const minutes = Math.max(1, Math.round((at.getTime() - now.getTime()) / MINUTE));
  if (minutes < 60) return words.format(minutes, 'minute');
  if (days < 1 || minutes < 12 * 60) return words.format(Math.round(minutes / 60), 'hour');
  return days < 60 ? words.format(days, 'day') : words.format(Math.round(days / 30), 'month');
}
