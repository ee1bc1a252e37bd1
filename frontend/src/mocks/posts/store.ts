import type {
  Delivery,
  DeliveryState,
  Post,
  PostInput,
  PostStatus,
  PostSummary,
  PostTarget,
} from '@/api/types';
import { addDays, dayOf, instantsOf } from '@/ui/zoned';
import { newId } from '../answers';
import { db } from '../db';
import { type Ending, PICTURES, SAMPLES, type Sample, type Stored } from './samples';

const LETTERS = { p: 'page', b: 'bluesky', m: 'mastodon' } as const;
/** How long the mocked networks take. */
const TAKES_MS: Record<string, number> = { page: 340, bluesky: 820, mastodon: 1240 };
const ADVICE = 'Connect the account again on the Accounts page, then retry.';

function accountsOf(letters: string) {
  return [...letters].flatMap((letter) => {
    const platform = LETTERS[letter as keyof typeof LETTERS];
    return db.accounts.filter((account) => account.platform === platform);
  });
}

/** What the API answers for an account that a post goes to. */
export function asTarget(target: PostInput['targets'][number]): PostTarget {
  const account = db.accounts.find((each) => each.id === target.account_id);
  const same = {
    thread: null,
    first_comment: null,
    format: 'post' as const,
    settings: {},
    cover: null,
    subtitles: [],
  };
  return { ...same, ...target, platform: account?.platform ?? 'page' };
}

function fromSample(sample: Sample, today: string, zone: string): Stored {
  const accounts = accountsOf(sample.to);
  const letter = (platform: string) =>
    (Object.keys(LETTERS) as (keyof typeof LETTERS)[]).find((each) => LETTERS[each] === platform) ?? 'p';
  const local = sample.day === undefined ? null : `${addDays(today, sample.day)}T${sample.clock}:00`;
  const picture = sample.picture === undefined ? undefined : PICTURES[sample.picture];
  const created = new Date(Date.now() - 21 * 86_400_000).toISOString();
  const post: Stored = {
    id: newId('pst'),
    version: 1,
    revision: 1,
    status: 'draft',
    text: sample.text,
    media: picture ? [picture] : [],
    thread: [],
    first_comment: null,
    targets: accounts.map(({ id, platform }) =>
      asTarget({ account_id: id, text: sample.variant?.[letter(platform)] ?? null, media: null }),
    ),
    schedule: null,
    deliveries: [],
    series: sample.series ? { series_id: 'ser_01JD90000000000000000000', number: 3 } : null,
    slot: null,
    created_by: db.me.user_id,
    created_at: created,
    updated_at: created,
    endings: {},
  };
  for (const { id, platform } of accounts) {
    const ending = sample.endings?.[letter(platform)];
    if (ending) post.endings[id] = ending;
  }
  if (local) setSchedule(post, local, zone, new Date(instantsOf(local, zone)[0] ?? Date.now()).toISOString());
  return post;
}

/** Puts a post at an instant, with a delivery per target. */
export function setSchedule(post: Stored, local: string, zone: string, at: string): void {
  post.schedule = { local: local.length === 16 ? `${local}:00` : local, zone, at };
  post.deliveries = post.targets.map(({ account_id, platform }) => ({
    account_id,
    platform,
    state: 'pending',
    due_at: at,
    late: false,
    published_at: null,
    late_ms: null,
    remote_id: null,
    permalink: null,
    error: null,
    overdue: false,
    decision: null,
    taken_down: null,
    shortfalls: [],
    next_attempt_at: null,
    attempts: [],
  }));
}

/** The delivery as it stands now: the mocked networks publish by the clock. */
function progress(delivery: Delivery, ending: Ending | undefined, now: number): Delivery {
  if (delivery.state !== 'pending') return delivery;
  const due = Date.parse(delivery.due_at);
  const takes = TAKES_MS[delivery.platform] ?? 500;
  if (now < due) return delivery;
  const started_at = new Date(due + 90).toISOString();
  if (now < due + takes) {
    return {
      ...delivery,
      state: 'publishing',
      attempts: [{ number: 1, started_at, ended_at: null, outcome: null, detail: null }],
    };
  }
  const ended_at = new Date(due + takes).toISOString();
  const attempt = { number: 1, started_at, ended_at, detail: null };
  if (ending === 'failed') {
    const message = 'The access token was revoked.';
    return {
      ...delivery,
      state: 'failed',
      error: { class: 'revoked', message, advice: ADVICE },
      attempts: [
        { ...attempt, outcome: 'transient', detail: '503 Service Unavailable' },
        { ...attempt, number: 2, outcome: 'revoked', detail: message },
      ],
    };
  }
  if (ending === 'unknown') {
    const message = 'The connection ended after the post was sent, before an answer came.';
    return {
      ...delivery,
      state: 'unknown',
      error: { class: 'ambiguous', message, advice: 'Look at the account: is the post there?' },
      attempts: [{ ...attempt, outcome: 'ambiguous', detail: message }],
    };
  }
  if (ending === 'held') {
    return {
      ...delivery,
      next_attempt_at: new Date(now + 40_000).toISOString(),
      error: {
        class: 'transient',
        message: '',
        advice:
          'Mastodon is having trouble: it does not answer, for other accounts neither. It will be tried again by itself.',
      },
    };
  }
  if (ending === 'retrying' || ending === 'overdue') {
    const overdue = ending === 'overdue';
    return {
      ...delivery,
      state: 'retrying',
      overdue,
      next_attempt_at: new Date(now + (overdue ? 1_500_000 : 40_000)).toISOString(),
      error: {
        class: 'rate_limited',
        message: 'Too many requests.',
        advice: 'Nothing to do: it is tried again.',
      },
      attempts: [{ ...attempt, outcome: 'rate_limited', detail: '429 Too Many Requests' }],
    };
  }
  return {
    ...delivery,
    state: 'published',
    published_at: ended_at,
    late_ms: takes,
    remote_id: `${delivery.platform}-1`,
    permalink: `https://${delivery.platform}.example/oficina-azul/3mfhkq2c`,
    attempts: [{ ...attempt, outcome: 'published' }],
  };
}

function statusOf(post: Stored, deliveries: Delivery[], now: number): PostStatus {
  if (!post.schedule) return 'draft';
  const all = (state: DeliveryState) => deliveries.every((each) => each.state === state);
  const any = (...states: DeliveryState[]) => deliveries.some((each) => states.includes(each.state));
  if (all('pending') && Date.parse(post.schedule.at) > now) return 'scheduled';
  if (any('pending', 'publishing', 'retrying')) return 'publishing';
  if (any('unknown')) return 'attention';
  if (all('published')) return 'published';
  return any('published') ? 'partial' : 'failed';
}

/** The post as the API would answer at this moment. */
export function view(post: Stored, now = Date.now()): Post {
  const deliveries = post.deliveries
    .map((each) => progress(each, post.endings[each.account_id], now))
    .map((each) => (each.taken_down ? { ...each, permalink: null } : each));
  const { endings: _, ...rest } = post;
  return { ...rest, files: post.media, deliveries, status: statusOf(post, deliveries, now) };
}

/** Its line in a list. */
export function summary(post: Stored): PostSummary {
  const { id, version, status, text, media, targets, schedule, series, deliveries, created_at, updated_at } =
    view(post);
  const cover = media[0];
  return {
    id,
    version,
    status,
    excerpt: text.slice(0, 140),
    cover: cover?.thumb_url ? { file_id: cover.file_id, thumb_url: cover.thumb_url } : null,
    schedule,
    series,
    targets: targets.map(({ account_id, platform }) => {
      const delivery = deliveries.find((each) => each.account_id === account_id);
      return {
        account_id,
        platform,
        state: delivery?.state ?? 'pending',
        permalink: delivery?.permalink ?? null,
      };
    }),
    created_at,
    updated_at,
  };
}

/** What the mocked API holds: `localStorage['atelier.mock']` may ask for `many` posts or for an `empty` start. */
export function seedPosts(): Stored[] {
  const scenario = globalThis.localStorage?.getItem('atelier.mock') ?? '';
  if (scenario.includes('empty')) return [];
  const zone = db.org.zone;
  const today = dayOf(Date.now(), zone);
  const posts = SAMPLES.map((sample) => fromSample(sample, today, zone));
  if (!scenario.includes('many')) return posts;
  for (let index = 0; index < 10_000; index += 1) {
    const minutes = (index * 37) % 1440;
    const clock = new Date(minutes * 60_000).toISOString().slice(11, 16);
    const text = `Post ${index + 1}: ${SAMPLES[index % 22]?.text ?? ''}`;
    posts.push(fromSample({ day: (index % 30) - 15, clock, to: 'pb', text }, today, zone));
  }
  return posts;
}
