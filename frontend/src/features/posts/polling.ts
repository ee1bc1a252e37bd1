import type { Delivery, Post } from '@/api/types';

const BUSY_MS = 1_000;
const QUIET_MS = 15_000;
/** Something due this soon is watched closely. */
const SOON_MS = 5_000;
/** Something this long overdue is not about to happen: the publisher is off. */
const STUCK_MS = 120_000;

/** When something about a delivery should change by itself, or `null` when nothing will. */
function changesAt({ state, due_at, next_attempt_at }: Delivery, now: number): number | null {
  if (state === 'publishing') return now;
  if (state === 'pending' || state === 'retrying') return Date.parse(next_attempt_at ?? due_at);
  return null;
}

/** Milliseconds until a post is worth asking for again; `false` when it is at its end. */
export function pollAfter(post: Post, now: number): number | false {
  let next: number | false = false;
  for (const delivery of post.deliveries) {
    const at = changesAt(delivery, now);
    if (at === null) continue;
    const ahead = at - now;
    const wait = ahead < -STUCK_MS ? QUIET_MS : Math.min(Math.max(ahead - SOON_MS, BUSY_MS), QUIET_MS);
    next = next === false ? wait : Math.min(next, wait);
  }
  return next;
}

/** A length of time in words of the receipt: `0.3 s`, `12 s`, `3 min`, `2 h 5 min`. */
export function duration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}
