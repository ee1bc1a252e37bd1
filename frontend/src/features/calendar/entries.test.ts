import { describe, expect, it } from 'vitest';
import type { PostSummary } from '@/api/types';
import { hoursOf, weekGrid } from '@/ui/zoned';
import { carryStep } from './carry';
import { byDay, currentSchedule, hourSlotOf, isAt, parseSlot, scheduleIn, slotKey, toEntry } from './entries';
import { offsetOver } from './useView';
import { weekRows } from './WeekGrid';

const post = (local: string, zone: string, at: string, more: Partial<PostSummary> = {}): PostSummary => ({
  id: `pst_${at}`,
  version: 1,
  status: 'scheduled',
  excerpt: 'Kiln day',
  cover: null,
  schedule: { local, zone, at },
  targets: [],
  series: null,
  created_at: at,
  updated_at: at,
  ...more,
});
const entry = (given: PostSummary, zone: string) => {
  const found = toEntry(given, zone);
  if (!found) throw new Error('no time');
  return found;
};

describe('entries', () => {
  it('are on the day of the organization, whatever zone they were written in', () => {
    const late = post('2026-11-24T18:30:00', 'America/New_York', '2026-11-24T23:30:00Z');
    expect(entry(late, 'Europe/Berlin')).toMatchObject({ day: '2026-11-25', time: '00:30' });
    expect(entry(late, 'America/New_York')).toMatchObject({ day: '2026-11-24', time: '18:30' });
  });

  it('are sorted by instant, drafts left out', () => {
    const days = byDay(
      [
        post('2026-10-25T02:10:00', 'Europe/Berlin', '2026-10-25T01:10:00Z'),
        post('2026-10-25T02:50:00', 'Europe/Berlin', '2026-10-25T00:50:00Z'),
        post('', '', '2026-10-25T00:00:00Z', { schedule: null }),
      ],
      'Europe/Berlin',
    );
    expect(days.get('2026-10-25')?.map(({ time }) => time)).toEqual(['02:50', '02:10']);
  });
});

describe('the week grid', () => {
  const rows = (day: string, zone: string) => weekRows(weekGrid(day).map((each) => hoursOf(each, zone)));

  it.each([
    ['Europe/Berlin', '2026-03-29', 24],
    ['Europe/Berlin', '2026-10-25', 25],
    ['America/New_York', '2026-03-08', 24],
    ['America/New_York', '2026-11-01', 25],
    ['Australia/Lord_Howe', '2026-10-04', 24],
    ['Australia/Lord_Howe', '2026-04-05', 25],
  ])('%s, week of %s: %d lines', (zone, day, lines) => {
    expect(rows(day, zone)).toHaveLength(lines);
  });

  it('puts both readings of a doubled hour into their own line', () => {
    const hours = hoursOf('2026-10-25', 'Europe/Berlin');
    const first = entry(
      post('2026-10-25T02:30:00', 'Europe/Berlin', '2026-10-25T00:30:00Z'),
      'Europe/Berlin',
    );
    const second = entry(
      post('2026-10-25T02:30:00', 'Europe/Berlin', '2026-10-25T01:30:00Z'),
      'Europe/Berlin',
    );
    expect(slotKey(hourSlotOf(first, hours))).toBe('2026-10-25T02');
    expect(slotKey(hourSlotOf(second, hours))).toBe('2026-10-25T02+');
    expect(isAt(second, parseSlot('2026-10-25T02+'), 'Europe/Berlin')).toBe(true);
    expect(isAt(second, parseSlot('2026-10-25T02'), 'Europe/Berlin')).toBe(false);
  });
});

describe('moving', () => {
  const berlin = 'Europe/Berlin';
  const nine = entry(post('2026-10-24T09:20:00', berlin, '2026-10-24T07:20:00Z'), berlin);

  it('keeps the time on another day and the minutes in another hour', () => {
    expect(scheduleIn(nine, { day: '2026-10-27' }, berlin)).toEqual({
      local: '2026-10-27T09:20',
      zone: berlin,
    });
    expect(scheduleIn(nine, { day: '2026-10-27', hour: 14 }, berlin)).toEqual({
      local: '2026-10-27T14:20',
      zone: berlin,
    });
  });

  it('says which of two hours is meant', () => {
    const local = '2026-10-25T02:20';
    expect(scheduleIn(nine, parseSlot('2026-10-25T02'), berlin)).toEqual({
      local,
      zone: berlin,
      disambiguation: 'earlier',
    });
    expect(scheduleIn(nine, parseSlot('2026-10-25T02+'), berlin)).toEqual({
      local,
      zone: berlin,
      disambiguation: 'later',
    });
  });

  it('can be taken back exactly', () => {
    expect(currentSchedule(post('2026-10-25T02:30:00', berlin, '2026-10-25T01:30:00Z'))).toEqual({
      local: '2026-10-25T02:30',
      zone: berlin,
      disambiguation: 'later',
    });
    expect(currentSchedule(nine.post)).toEqual({ local: '2026-10-24T09:20', zone: berlin });
  });

  it('by keys walks days and weeks in the month', () => {
    const from = { day: '2026-11-30' };
    expect(carryStep(from, 'ArrowRight', berlin)).toEqual({ to: { day: '2026-12-01' } });
    expect(carryStep(from, 'ArrowUp', berlin)).toEqual({ to: { day: '2026-11-23' } });
    expect(carryStep(from, 'PageDown', berlin)).toEqual({ to: { day: '2026-12-30' } });
    expect(carryStep(from, 'Enter', berlin)).toBe('drop');
    expect(carryStep(from, 'Escape', berlin)).toBe('cancel');
    expect(carryStep(from, 'x', berlin)).toBeNull();
  });

  it('by keys walks the hours that exist', () => {
    const to = (key: string, slot: string) => {
      const step = carryStep(parseSlot(slot), key, berlin);
      return step && typeof step === 'object' ? slotKey(step.to) : step;
    };
    expect(to('ArrowDown', '2026-10-25T02')).toBe('2026-10-25T02+');
    expect(to('ArrowDown', '2026-10-25T02+')).toBe('2026-10-25T03');
    expect(to('ArrowDown', '2026-03-29T01')).toBe('2026-03-29T03');
    expect(to('ArrowRight', '2026-03-28T02')).toBe('2026-03-29T03');
    expect(to('ArrowLeft', '2026-10-26T02')).toBe('2026-10-25T02');
    expect(to('ArrowDown', '2026-10-25T23')).toBe('2026-10-26T00');
    expect(to('ArrowUp', '2026-10-25T00')).toBe('2026-10-24T23');
  });
});

describe('the zone of the days shown', () => {
  it('is named with what it is ahead of UTC then, not now', () => {
    expect(offsetOver(weekGrid('2026-07-15'), 'Europe/Berlin')).toBe('UTC+2');
    expect(offsetOver(weekGrid('2026-12-15'), 'Europe/Berlin')).toBe('UTC+1');
    expect(offsetOver(weekGrid('2026-10-25'), 'Europe/Berlin')).toBe('UTC+2 → UTC+1');
    expect(offsetOver(weekGrid('2026-10-04'), 'Australia/Lord_Howe')).toBe('UTC+10:30 → UTC+11');
  });
});
