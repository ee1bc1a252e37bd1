import { describe, expect, it } from 'vitest';
import type { Delivery, Post } from '@/api/types';
import { duration, pollAfter } from './polling';

const NOW = Date.parse('2026-11-24T09:00:00Z');
const at = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();

const delivery = (more: Partial<Delivery>): Delivery => ({
  account_id: 'acc_1',
  platform: 'page',
  state: 'pending',
  due_at: at(0),
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
  ...more,
});
const post = (...deliveries: Partial<Delivery>[]) => ({ deliveries: deliveries.map(delivery) }) as Post;

describe('polling cadence', () => {
  it.each([
    ['a draft', post(), false],
    ['all out', post({ state: 'published' }, { state: 'failed' }, { state: 'unknown' }), false],
    ['due in an hour', post({ due_at: at(3600) }), 15_000],
    ['due in 12 s: wakes 5 s before', post({ due_at: at(12) }), 7_000],
    ['due in 4 s', post({ due_at: at(4) }), 1_000],
    ['due just now', post({ due_at: at(-1) }), 1_000],
    ['publishing', post({ state: 'publishing', due_at: at(-2) }), 1_000],
    ['one out, one publishing', post({ state: 'published' }, { state: 'publishing' }), 1_000],
    ['retrying in a minute', post({ state: 'retrying', next_attempt_at: at(60) }), 15_000],
    ['held back for a minute', post({ next_attempt_at: at(60) }), 15_000],
    ['retrying soon', post({ state: 'retrying', next_attempt_at: at(3) }), 1_000],
    ['long overdue', post({ due_at: at(-600) }), 15_000],
  ])('%s', (_name, given, wait) => {
    expect(pollAfter(given, NOW)).toBe(wait);
  });
});

describe('durations', () => {
  it.each([
    [340, '0.3 s'],
    [1_240, '1.2 s'],
    [12_400, '12 s'],
    [180_000, '3 min'],
    [7_500_000, '2 h 5 min'],
  ])('%d ms', (ms, words) => {
    expect(duration(ms)).toBe(words);
  });
});
