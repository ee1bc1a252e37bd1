import { describe, expect, it } from 'vitest';
import {
  addMonths,
  dayOf,
  hoursOf,
  instantsOf,
  localTime,
  monthGrid,
  startOfDay,
  startOfWeek,
  weekday,
} from './zoned';

const HOUR = 3_600_000;
const labels = (day: string, zone: string) =>
  hoursOf(day, zone).map(({ hour, again }) => `${hour}${again ? '+' : ''}`);
const length = (day: string, zone: string) =>
  hoursOf(day, zone).reduce((sum, { from, until }) => sum + until - from, 0) / HOUR;

describe('days of a zone', () => {
  it.each([
    ['Europe/Berlin', '2026-03-29', 23, 23],
    ['Europe/Berlin', '2026-10-25', 25, 25],
    ['America/New_York', '2026-03-08', 23, 23],
    ['America/New_York', '2026-11-01', 25, 25],
    ['Australia/Lord_Howe', '2026-10-04', 24, 23.5],
    ['Australia/Lord_Howe', '2026-04-05', 25, 24.5],
    ['America/Havana', '2026-11-01', 25, 25],
    ['Asia/Beirut', '2026-03-29', 23, 23],
    ['Asia/Kolkata', '2026-03-29', 24, 24],
  ])('%s %s has %d hours on its clock and lasts %d', (zone, day, hours, lasts) => {
    expect(hoursOf(day, zone)).toHaveLength(hours);
    expect(length(day, zone)).toBe(lasts);
  });

  it('leaves out the hour that clocks skip', () => {
    expect(labels('2026-03-29', 'Europe/Berlin').slice(0, 4)).toEqual(['0', '1', '3', '4']);
    expect(labels('2026-03-08', 'America/New_York').slice(0, 4)).toEqual(['0', '1', '3', '4']);
  });

  it('shows the hour twice that clocks repeat', () => {
    expect(labels('2026-10-25', 'Europe/Berlin').slice(0, 5)).toEqual(['0', '1', '2', '2+', '3']);
    expect(labels('2026-11-01', 'America/New_York').slice(0, 4)).toEqual(['0', '1', '1+', '2']);
  });

  it('cuts hours where the clock moves by half an hour', () => {
    const spring = hoursOf('2026-10-04', 'Australia/Lord_Howe');
    expect(spring[2]).toMatchObject({ hour: 2, again: false });
    expect(((spring[2]?.until ?? 0) - (spring[2]?.from ?? 0)) / HOUR).toBe(0.5);
    expect(labels('2026-04-05', 'Australia/Lord_Howe').slice(0, 4)).toEqual(['0', '1', '1+', '2']);
  });

  it('leaves no gap between slots and days', () => {
    for (const zone of ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe']) {
      for (const day of [
        '2026-03-07',
        '2026-03-28',
        '2026-04-04',
        '2026-10-03',
        '2026-10-24',
        '2026-10-31',
      ]) {
        const slots = hoursOf(day, zone);
        for (const [index, slot] of slots.entries()) {
          const next = slots[index + 1]?.from ?? startOfDay(nextDay(day), zone);
          expect(slot.until).toBe(next);
        }
      }
    }
  });
});

function nextDay(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

describe('instants of a wall clock', () => {
  it('finds none in a gap and two in an overlap', () => {
    expect(instantsOf('2026-03-29T02:30', 'Europe/Berlin')).toEqual([]);
    expect(instantsOf('2026-10-25T02:30', 'Europe/Berlin').map((at) => new Date(at).toISOString())).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-25T01:30:00.000Z',
    ]);
    expect(
      instantsOf('2026-11-24T09:00', 'America/New_York').map((at) => new Date(at).toISOString()),
    ).toEqual(['2026-11-24T14:00:00.000Z']);
  });

  it('reads the clock back', () => {
    const at = Date.parse('2026-10-25T00:30:00Z');
    expect(localTime(at, 'Europe/Berlin')).toBe('2026-10-25T02:30');
    expect(localTime(at + HOUR, 'Europe/Berlin')).toBe('2026-10-25T02:30');
    expect(dayOf(Date.parse('2026-11-24T23:30:00Z'), 'Europe/Berlin')).toBe('2026-11-25');
  });

  it('starts a day after midnight when midnight is skipped', () => {
    const start = startOfDay('2026-03-29', 'Asia/Beirut');
    expect(localTime(start, 'Asia/Beirut')).toBe('2026-03-29T01:00');
  });
});

describe('plain dates', () => {
  it('knows weeks and months', () => {
    expect(weekday('2026-11-21')).toBe(5);
    expect(startOfWeek('2026-11-22')).toBe('2026-11-16');
    expect(addMonths('2026-01-31', 1)).toBe('2026-02-28');
    expect(addMonths('2026-01-15', -1)).toBe('2025-12-15');
    expect(monthGrid('2026-11-21')).toHaveLength(42);
    expect(monthGrid('2027-02-10')).toHaveLength(28);
  });
});
