import { describe, expect, it } from 'vitest';
import { distance, judge, quickPicks, shortTime } from './when';

const BERLIN = 'Europe/Berlin';
const now = new Date('2026-01-10T12:00:00Z');

describe('judge', () => {
  it('resolves an ordinary time in its zone', () => {
    const verdict = judge({ local: '2026-03-02T09:00', zone: BERLIN }, now);
    expect(verdict).toEqual({ state: 'ok', at: new Date('2026-03-02T08:00:00Z') });
  });

  it('offers both sides of a gap, and both can be taken', () => {
    const verdict = judge({ local: '2026-03-29T02:30', zone: BERLIN }, now);
    if (verdict.state !== 'gap') throw new Error(verdict.state);
    expect(verdict.choices.map((choice) => choice.local)).toEqual(['2026-03-29T01:30', '2026-03-29T03:30']);
    for (const choice of verdict.choices) expect(judge(choice, now).state).toBe('ok');
  });

  it('offers both passings of a doubled time', () => {
    const when = { local: '2026-10-25T02:30', zone: BERLIN };
    const verdict = judge(when, now);
    if (verdict.state !== 'twice') throw new Error(verdict.state);
    expect(verdict.choices.map((choice) => choice.at)).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-25T01:30:00.000Z',
    ]);
    expect(judge({ ...when, disambiguation: 'later' }, now)).toEqual({
      state: 'ok',
      at: new Date('2026-10-25T01:30:00Z'),
    });
  });

  it('offers a quarter of an hour from now and the next day for the past', () => {
    const verdict = judge({ local: '2026-01-10T09:00', zone: BERLIN }, now);
    if (verdict.state !== 'past') throw new Error(verdict.state);
    expect(verdict.choices.map((choice) => choice.local)).toEqual(['2026-01-10T13:15', '2026-01-11T09:00']);
  });

  it('waits for the rest of a half-typed time', () => {
    expect(judge({ local: '2026-03-02T', zone: BERLIN }, now).state).toBe('incomplete');
  });
});

describe('quickPicks', () => {
  it('offers only times to come, on the organization’s clock', () => {
    const picks = quickPicks(new Date('2026-11-20T20:00:00Z'), 'Europe/Lisbon');
    expect(picks.map(({ name, when }) => [name, when.local])).toEqual([
      ['tomorrow', '2026-11-21T09:00'],
      ['monday', '2026-11-23T09:00'],
      ['week', '2026-11-27T09:00'],
    ]);
  });

  it('names a Sunday’s Monday once', () => {
    const picks = quickPicks(new Date('2026-11-22T10:00:00Z'), 'UTC');
    expect(picks.map(({ name }) => name)).toEqual(['tonight', 'tomorrow', 'week']);
  });

  it('means the coming Monday on a Monday', () => {
    const picks = quickPicks(new Date('2026-11-23T10:00:00Z'), 'UTC');
    expect(picks.map(({ when }) => when.local)).toEqual([
      '2026-11-23T18:00',
      '2026-11-24T09:00',
      '2026-11-30T09:00',
    ]);
  });
});

describe('words for a time', () => {
  it('are short on a button', () => {
    expect(shortTime(new Date('2026-01-13T08:00:00Z'), BERLIN, now)).toBe('Tue 9:00');
    expect(shortTime(new Date('2026-03-02T08:00:00Z'), BERLIN, now)).toBe('Mon 2 Mar, 9:00');
    expect(shortTime(new Date('2027-03-02T18:05:00Z'), BERLIN, now)).toBe('Tue 2 Mar 2027, 19:05');
  });

  it('count days by the calendar', () => {
    expect(distance(new Date('2026-01-10T12:20:00Z'), BERLIN, now)).toBe('in 20 minutes');
    expect(distance(new Date('2026-01-10T17:00:00Z'), BERLIN, now)).toBe('in 5 hours');
    expect(distance(new Date('2026-01-13T08:00:00Z'), BERLIN, now)).toBe('in 3 days');
  });
});
