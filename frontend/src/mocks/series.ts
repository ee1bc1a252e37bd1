import { http } from 'msw';
import type { AccountSlots, Occurrence, PostInput, RepeatRule, Series, SlotTime } from '@/api/types';
import { WEEKDAYS } from '@/parts/repeat/rule';
import { addDays, addMonths, type Day, dayOf, instantsOf, weekday } from '@/ui/zoned';
import { at, broken, json, newId, noContent, problem } from './answers';
import { db } from './db';
import { PICTURES } from './posts/samples';
import { asTarget } from './posts/store';

const held: { series?: Series[]; slots: Map<string, AccountSlots> } = { slots: new Map() };

/** One occurrence; a time that the clocks skip is the full hour after it, as it is on the nights that tests look at. */
function occurrence(number: number, local: string, zone: string): Occurrence {
  const [first, second] = instantsOf(local, zone);
  const after = `${local.slice(0, 11)}${String(Number(local.slice(11, 13)) + 1).padStart(2, '0')}:00`;
  const shown = first === undefined ? after : local;
  const instant = first ?? instantsOf(after, zone)[0] ?? 0;
  return {
    number,
    wanted: `${local}:00`,
    schedule: { local: `${shown}:00`, zone, at: new Date(instant).toISOString() },
    shift: first === undefined ? 'skipped' : second === undefined ? null : 'doubled',
  };
}

function* days({ frequency, interval, starts_on }: RepeatRule): Generator<Day> {
  for (let step = 0; step < 4000; step += 1) {
    if (frequency.kind === 'daily') yield addDays(starts_on, step * interval);
    if (frequency.kind === 'weekly') {
      const monday = addDays(starts_on, step * interval * 7 - weekday(starts_on));
      for (const [offset, day] of WEEKDAYS.entries()) {
        const date = addDays(monday, offset);
        if (frequency.weekdays.includes(day) && date >= starts_on) yield date;
      }
    }
    if (frequency.kind === 'monthly') {
      const month = addMonths(`${starts_on.slice(0, 7)}-01`, step * interval);
      const last = Number(addDays(addMonths(month, 1), -1).slice(8));
      const date = `${month.slice(0, 8)}${String(Math.min(frequency.day, last)).padStart(2, '0')}`;
      if (date >= starts_on) yield date;
    }
  }
}

/** The next ten occurrences after now. */
function upcoming(rule: RepeatRule): Occurrence[] {
  const found: Occurrence[] = [];
  let number = 0;
  for (const day of days(rule)) {
    number += 1;
    if (rule.ends.kind === 'after' && number > rule.ends.count) break;
    if (rule.ends.kind === 'on_date' && day > rule.ends.date) break;
    const next = occurrence(number, `${day}T${rule.time}`, rule.zone);
    if (Date.parse(next.schedule.at) > Date.now()) found.push(next);
    if (found.length === 10) break;
  }
  return found;
}

function problemsOf({ frequency, time, starts_on }: RepeatRule) {
  if (frequency.kind === 'weekly' && frequency.weekdays.length === 0) {
    return [
      {
        pointer: '/rule/frequency/weekdays',
        detail: 'No day is chosen.',
        fix: 'Choose at least one day of the week.',
      },
    ];
  }
  if (!time)
    return [{ pointer: '/rule/time', detail: 'That is no time of day.', fix: 'Write it like 09:00.' }];
  if (!starts_on) {
    return [
      { pointer: '/rule/starts_on', detail: 'That is no day.', fix: 'Write the first day like 2026-11-24.' },
    ];
  }
  return [];
}

function filled(series: Series): Series {
  const next = upcoming(series.rule);
  const [first] = next;
  const active = series.state === 'active' && first;
  return {
    ...series,
    upcoming: next,
    next: active
      ? {
          post_id: `${series.id.replace('ser', 'pst')}`,
          number: first.number,
          status: 'scheduled',
          schedule: first.schedule,
        }
      : null,
  };
}

function contentOf(input: PostInput): Series['content'] {
  const media = input.media.flatMap((id) => PICTURES.filter((picture) => picture.file_id === id));
  return {
    text: input.text,
    media,
    files: media,
    thread: input.thread ?? [],
    first_comment: input.first_comment ?? null,
    targets: input.targets.map(asTarget),
  };
}

function make(input: PostInput, rule: RepeatRule, more: Partial<Series> = {}): Series {
  const now = new Date().toISOString();
  return {
    id: newId('ser'),
    version: 1,
    state: 'active',
    content: contentOf(input),
    rule,
    next: null,
    upcoming: [],
    missed: [],
    missed_count: 0,
    created_by: db.me.user_id,
    created_at: now,
    updated_at: now,
    ...more,
  };
}

/** A weekly one that has missed two dates, and a monthly one at rest. */
function seedSeries(): Series[] {
  if (globalThis.localStorage?.getItem('atelier.mock')?.includes('empty')) return [];
  const { zone } = db.org;
  const today = dayOf(Date.now(), zone);
  const targets = db.accounts.slice(0, 2).map(({ id }) => ({ account_id: id, text: null, media: null }));
  const weekly: RepeatRule = {
    frequency: { kind: 'weekly', weekdays: ['monday', 'thursday'] },
    interval: 1,
    time: '09:00',
    zone,
    starts_on: addDays(today, -30),
    ends: { kind: 'never' },
  };
  const missed = [-3, -10].map((ago, index) => ({
    ...occurrence(8 - index, `${addDays(today, ago)}T09:00`, zone),
    post_id: index === 0 ? 'pst_01JD9MISSED000000000000001' : null,
  }));
  const text = 'Open studio today, ten to ten. The kettle is on and the clay is soft.';
  const bill = 'The month’s glaze recipe, on the house.';
  const media = PICTURES.slice(0, 1).map(({ file_id }) => file_id);
  return [
    make({ text, media, targets }, weekly, { missed, missed_count: 2 }),
    make(
      { text: bill, media: [], targets: targets.slice(0, 1) },
      { ...weekly, frequency: { kind: 'monthly', day: 31 }, ends: { kind: 'after', count: 12 } },
      { state: 'paused' },
    ),
  ];
}

function all(): Series[] {
  held.series ??= seedSeries();
  return held.series;
}

/** Forgets them. Tests call this before each case. */
export function resetSeries(next?: Series[]): void {
  held.series = next;
  held.slots.clear();
}

/** The series, or the answer that the contract gives instead. */
function versioned(id: unknown, request: Request) {
  const series = all().find((each) => each.id === id);
  if (!series) return { answer: problem('not-found', 404, 'There is no such series.') };
  if (request.headers.get('If-Match') !== `"${series.version}"`) {
    return { answer: problem('stale-version', 412, 'Somebody changed it since you loaded it.') };
  }
  return { series };
}

function changed(series: Series, more: Partial<Series>) {
  Object.assign(series, more, { version: series.version + 1, updated_at: new Date().toISOString() });
  return json(filled(series));
}

type Input = { content: PostInput; rule: RepeatRule };

const series = [
  http.post(at('/series/preview'), async ({ request }) => {
    const { rule } = (await request.json()) as Input;
    const problems = problemsOf(rule);
    return problems.length > 0 ? broken(problems) : json({ upcoming: upcoming(rule) });
  }),
  http.get(at('/series'), () => {
    const items = all().map((each) => {
      const { id, version, state, content, rule, upcoming: next, missed_count } = filled(each);
      const [cover] = content.media;
      return {
        id,
        version,
        state,
        excerpt: content.text.slice(0, 140),
        cover: cover?.thumb_url ? { file_id: cover.file_id, thumb_url: cover.thumb_url } : null,
        platforms: content.targets.map(({ platform }) => platform),
        rule,
        next: state === 'active' ? (next[0] ?? null) : null,
        missed_count,
      };
    });
    return json({ items, next_cursor: null });
  }),
  http.post(at('/series'), async ({ request }) => {
    const { content, rule } = (await request.json()) as Input;
    const problems = problemsOf(rule);
    if (problems.length > 0) return broken(problems);
    const made = make(content, rule);
    all().unshift(made);
    return json(filled(made), 201);
  }),
  http.get(at('/series/:id'), ({ params }) => {
    const found = all().find(({ id }) => id === params.id);
    return found ? json(filled(found)) : problem('not-found', 404, 'There is no such series.');
  }),
  http.put(at('/series/:id'), async ({ params, request }) => {
    const found = versioned(params.id, request);
    if (!found.series) return found.answer;
    const { content, rule } = (await request.json()) as Input;
    const problems = problemsOf(rule);
    if (problems.length > 0) return broken(problems);
    return changed(found.series, { content: contentOf(content), rule });
  }),
  http.delete(at('/series/:id'), ({ params, request }) => {
    const found = versioned(params.id, request);
    if (!found.series) return found.answer;
    held.series = all().filter((each) => each !== found.series);
    return noContent();
  }),
  http.post(at('/series/:id/pause'), ({ params, request }) => {
    const found = versioned(params.id, request);
    return found.series ? changed(found.series, { state: 'paused' }) : found.answer;
  }),
  http.post(at('/series/:id/resume'), ({ params, request }) => {
    const found = versioned(params.id, request);
    return found.series ? changed(found.series, { state: 'active' }) : found.answer;
  }),
];

/** An account's slots as they are; the first account has some from the beginning. */
export function slotsOf(id: string): AccountSlots {
  const zone = db.org.zone;
  const first: SlotTime[] = [
    { weekday: 'tuesday', time: '09:00' },
    { weekday: 'thursday', time: '18:00' },
  ];
  const times = id === db.accounts[0]?.id ? first : [];
  const known = held.slots.get(id) ?? {
    account_id: id,
    version: 0,
    own_zone: null,
    zone,
    times,
    next_free: [],
  };
  const today = dayOf(Date.now(), known.zone);
  const coming = Array.from({ length: 28 }, (_, ahead) => addDays(today, ahead)).flatMap((day) =>
    known.times
      .filter((slot) => slot.weekday === WEEKDAYS[weekday(day)])
      .map((slot) => occurrence(1, `${day}T${slot.time}`, known.zone)),
  );
  const free = coming.filter(({ schedule }) => Date.parse(schedule.at) > Date.now()).slice(0, 10);
  return { ...known, next_free: free.map(({ schedule, shift }) => ({ schedule, shift })) };
}

const slots = [
  http.get(at('/accounts/:id/slots'), ({ params }) => json(slotsOf(String(params.id)))),
  http.put(at('/accounts/:id/slots'), async ({ params, request }) => {
    const before = slotsOf(String(params.id));
    if (request.headers.get('If-Match') !== `"${before.version}"`) {
      return problem('stale-version', 412, 'Somebody changed it since you loaded it.');
    }
    const input = (await request.json()) as { zone: string | null; times: SlotTime[] };
    const order = (slot: SlotTime) => `${WEEKDAYS.indexOf(slot.weekday)} ${slot.time}`;
    const times = [...input.times].sort((a, b) => order(a).localeCompare(order(b)));
    const zone = input.zone ?? db.org.zone;
    held.slots.set(before.account_id, {
      ...before,
      version: before.version + 1,
      own_zone: input.zone,
      zone,
      times,
    });
    return json(slotsOf(before.account_id));
  }),
];

export const handlers = [...series, ...slots];
