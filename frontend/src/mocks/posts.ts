import { http } from 'msw';
import type { DeliveryDecision, PostInput, ScheduleInput, TimeChoice } from '@/api/types';
import { count, ruleFor } from '@/parts/rules';
import { dayOf, instantsOf } from '@/ui/zoned';
import { at, json, newId, noContent, problem } from './answers';
import { db } from './db';
import { PICTURES, type Stored } from './posts/samples';
import { asTarget, seedPosts, setSchedule, summary, view } from './posts/store';
import { slotsOf } from './series';

const held: { posts?: Stored[] } = {};

/** The mocked posts; made at the first use, so that tests may choose the clock before. */
export function posts(): Stored[] {
  held.posts ??= seedPosts();
  return held.posts;
}

/** Forgets them. Tests call this before each case. */
export function resetPosts(next?: Stored[]): void {
  held.posts = next;
}

const missing = () => problem('not-found', 404, 'There is no such post.');
const find = (id: unknown) => posts().find((post) => post.id === id);

/** The post, or the answer that the contract gives instead. */
function versioned(id: unknown, request: Request) {
  const post = find(id);
  if (!post) return { answer: missing() };
  const tag = request.headers.get('If-Match');
  if (!tag) return { answer: problem('version-required', 428, 'Say which version you saw: If-Match.') };
  if (tag !== `"${post.version}"`) {
    return { answer: problem('stale-version', 412, 'Somebody changed this post since you opened it.') };
  }
  return { post };
}

function decision(choice: DeliveryDecision['choice'], url: string | null = null): DeliveryDecision {
  return { choice, by: db.me.user_id, by_name: db.me.name, at: new Date().toISOString(), url };
}

function touch(post: Stored) {
  post.version += 1;
  post.updated_at = new Date().toISOString();
  return json(view(post));
}

function write(post: Stored, input: PostInput): void {
  post.text = input.text;
  post.media = input.media.map(
    (id) =>
      PICTURES.find((each) => each.file_id === id) ?? {
        file_id: id,
        type: 'image/png',
        alt: '',
        url: '',
        thumb_url: null,
        width: null,
        height: null,
      },
  );
  post.thread = input.thread ?? [];
  post.first_comment = input.first_comment ?? null;
  post.targets = input.targets.map(asTarget);
}

function choice(instant: number, local: string, zone: string, more: Partial<TimeChoice> = {}): TimeChoice {
  const label = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    dateStyle: 'medium',
    timeStyle: 'short',
    hourCycle: 'h23',
  }).format(instant);
  return { label, local, zone, at: new Date(instant).toISOString(), ...more };
}

function trouble({ local, zone, disambiguation }: ScheduleInput) {
  const found = instantsOf(local, zone);
  const [first, second] = found;
  if (first === undefined) {
    const later = `${local.slice(0, 11)}${String(Number(local.slice(11, 13)) + 1).padStart(2, '0')}${local.slice(13)}`;
    const instant = instantsOf(later, zone)[0] ?? Date.now();
    return problem(
      'time-in-gap',
      422,
      'Clocks go forward then, so that local time does not exist on that day.',
      { choices: [choice(instant, later, zone)] },
    );
  }
  if (second !== undefined && !disambiguation) {
    return problem(
      'time-ambiguous',
      422,
      'Clocks go back then, so that local time happens twice on that day.',
      {
        choices: [
          choice(first, local, zone, { disambiguation: 'earlier' }),
          choice(second, local, zone, { disambiguation: 'later' }),
        ],
      },
    );
  }
  const instant = disambiguation === 'later' ? (second ?? first) : first;
  if (instant > Date.now()) return instant;
  const tomorrow = `${dayOf(Date.now() + 86_400_000, zone)}${local.slice(10)}`;
  return problem('time-in-past', 422, 'That time has already passed.', {
    choices: [choice(instantsOf(tomorrow, zone)[0] ?? Date.now(), tomorrow, zone)],
  });
}

const lists = [
  http.get(at('/posts'), ({ request }) => {
    const query = new URL(request.url).searchParams;
    const [from, to, status, account] = ['from', 'to', 'status', 'account'].map((name) => query.get(name));
    const limit = Number(query.get('limit') ?? 50);
    const start = Number(query.get('cursor') ?? 0);
    const all = posts()
      .map(summary)
      .filter((post) => !status || post.status === status)
      .filter((post) => !account || post.targets.some((target) => target.account_id === account));
    const due = (post: (typeof all)[number]) => post.schedule?.at ?? '9';
    const chosen =
      from && to
        ? all
            .filter((post) => due(post) >= from && due(post) < to)
            .sort((a, b) => due(a).localeCompare(due(b)))
        : all.sort((a, b) => due(b).localeCompare(due(a)));
    const end = start + limit;
    return json({
      items: chosen.slice(start, end),
      next_cursor: end < chosen.length ? String(end) : null,
    });
  }),
  http.post(at('/posts'), async ({ request }) => {
    const now = new Date().toISOString();
    const post: Stored = {
      id: newId('pst'),
      version: 1,
      revision: 1,
      status: 'draft',
      text: '',
      media: [],
      thread: [],
      first_comment: null,
      targets: [],
      schedule: null,
      deliveries: [],
      series: null,
      slot: null,
      created_by: db.me.user_id,
      created_at: now,
      updated_at: now,
      endings: {},
    };
    write(post, (await request.json()) as PostInput);
    posts().push(post);
    return json(view(post), 201);
  }),
  http.post(at('/posts/validate'), async ({ request }) => {
    const input = (await request.json()) as PostInput;
    const counts = input.targets.map(({ account_id, text }) => {
      const account = db.accounts.find((each) => each.id === account_id);
      const { used, limit } = count(
        ruleFor(account?.platform ?? 'page', account?.limits),
        text ?? input.text,
      );
      return { account_id, used, limit, unit: 'graphemes' };
    });
    const problems = counts
      .filter(({ used, limit }) => used > limit)
      .map(({ account_id, used, limit }) => ({
        pointer: '/text',
        account_id,
        code: 'text-too-long',
        severity: 'error' as const,
        detail: `The text is ${used - limit} characters too long.`,
        fix: 'Shorten it, or write a variant for this account.',
      }));
    return json({ problems, counts });
  }),
];

const one = [
  http.get(at('/posts/:id'), ({ params }) => {
    const post = find(params.id);
    return post ? json(view(post)) : missing();
  }),
  http.put(at('/posts/:id'), async ({ params, request }) => {
    const { post, answer } = versioned(params.id, request);
    if (!post) return answer;
    write(post, (await request.json()) as PostInput);
    return touch(post);
  }),
  http.delete(at('/posts/:id'), ({ params, request }) => {
    const { post, answer } = versioned(params.id, request);
    if (!post) return answer;
    held.posts = posts().filter((each) => each !== post);
    return noContent();
  }),
  http.post(at('/posts/:id/schedule'), async ({ params, request }) => {
    const { post, answer } = versioned(params.id, request);
    if (!post) return answer;
    const input = (await request.json()) as ScheduleInput;
    const instant = trouble(input);
    if (typeof instant !== 'number') return instant;
    setSchedule(post, input.local, input.zone, new Date(instant).toISOString());
    return touch(post);
  }),
  http.post(at('/posts/:id/queue'), async ({ params, request }) => {
    const { post, answer } = versioned(params.id, request);
    if (!post) return answer;
    const { account_id } = (await request.json()) as { account_id: string };
    const taken = posts().map(({ slot }) => slot?.at);
    const free = slotsOf(account_id).next_free.find(({ schedule }) => !taken.includes(schedule.at));
    if (!free) return problem('rule-broken', 422, 'This account has no slots.');
    const { local, zone, at: instant } = free.schedule;
    setSchedule(post, local, zone, instant);
    post.slot = { account_id, at: instant };
    return touch(post);
  }),
  http.post(at('/posts/:id/unschedule'), ({ params, request }) => {
    const { post, answer } = versioned(params.id, request);
    if (!post) return answer;
    Object.assign(post, { schedule: null, deliveries: [] });
    return touch(post);
  }),
  http.post(at('/posts/:id/publish'), ({ params, request }) => {
    const { post, answer } = versioned(params.id, request);
    if (!post) return answer;
    const now = new Date();
    setSchedule(post, now.toISOString().slice(0, 19), 'UTC', now.toISOString());
    return touch(post);
  }),
  http.post(at('/posts/:id/duplicate'), ({ params }) => {
    const post = find(params.id);
    if (!post) return missing();
    const copy = { ...structuredClone(post), id: newId('pst'), version: 1, schedule: null, deliveries: [] };
    posts().push(copy);
    return json(view(copy), 201);
  }),
  http.post(at('/posts/:id/deliveries/:account/retry'), ({ params }) => {
    const post = find(params.id);
    const delivery = post?.deliveries.find((each) => each.account_id === params.account);
    if (!post || !delivery) return missing();
    const unknown = post.endings[delivery.account_id] === 'unknown';
    delete post.endings[delivery.account_id];
    delivery.due_at = new Date().toISOString();
    if (unknown) delivery.decision = decision('again');
    return json(view(post), 202);
  }),
  http.post(at('/posts/:id/deliveries/:account/confirm'), async ({ params, request }) => {
    const post = find(params.id);
    const delivery = post?.deliveries.find((each) => each.account_id === params.account);
    if (!post || !delivery) return missing();
    if (post.endings[delivery.account_id] !== 'unknown') {
      return problem('conflict', 409, 'It is published already. There is nothing left to say.');
    }
    const { url = null } = (await request.json()) as { url?: string | null };
    if (url !== null && !url.startsWith('https://')) {
      const detail = 'This is not the address of a post.';
      const fix = 'Copy it from the network: it begins with https://.';
      const error = { pointer: '/url', code: 'not-an-address', severity: 'error' as const, detail, fix };
      return problem('rule-broken', 422, 'Something needs to be mended first.', { errors: [error] });
    }
    const before = view(post).deliveries.find((each) => each.account_id === delivery.account_id);
    delete post.endings[delivery.account_id];
    const attempts = before?.attempts ?? [];
    Object.assign(delivery, {
      state: 'published',
      permalink: url,
      attempts,
      decision: decision('there', url),
    });
    return touch(post);
  }),
];

/** A delivery that is out, or the answer that the contract gives instead. */
function out(account: unknown, id: unknown) {
  const post = find(id);
  const delivery = post?.deliveries.find((each) => each.account_id === account);
  if (!post || !delivery) return { answer: missing() };
  const now = view(post).deliveries.find((each) => each.account_id === account);
  if (now?.state !== 'published') {
    return { answer: problem('conflict', 409, 'It is not published yet.') };
  }
  return { post, delivery };
}

const published = [
  http.get(at('/accounts/:account/posts/:id/insights'), ({ params }) => {
    const { post, answer } = out(params.account, params.id);
    if (!post) return answer;
    const figures = {
      views: 12_480,
      reach: null,
      likes: 316,
      comments: 24,
      shares: 57,
      saves: 12,
      clicks: null,
    };
    return json({ figures, as_of: new Date().toISOString() });
  }),
  http.post(at('/accounts/:account/posts/:id/take-down'), ({ params }) => {
    const { post, delivery, answer } = out(params.account, params.id);
    if (!post) return answer;
    delivery.taken_down ??= { by: db.me.user_id, by_name: db.me.name, at: new Date().toISOString() };
    post.version += 1;
    return json(delivery.taken_down);
  }),
];

/** Posts as the API keeps them, publishing by the clock. */
export const handlers = [...lists, ...one, ...published];
