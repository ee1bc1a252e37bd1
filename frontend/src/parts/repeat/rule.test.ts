import { beforeAll, describe, expect, it } from 'vitest';
import type { RepeatRule } from '@/api/types';
import { i18next } from '@/i18n';
import { inUnits, occurrenceTime, ruleWords, weeklyFrom } from './rule';

const weekly = weeklyFrom('2026-11-24T09:00', 'Europe/Berlin');
const words = (rule: RepeatRule) => ruleWords(rule, i18next.getFixedT('en', 'series'));

beforeAll(() => i18next.loadNamespaces('series'));

describe('a rule', () => {
  it('begins on the chosen day of the week', () => {
    expect(weekly.frequency).toEqual({ kind: 'weekly', weekdays: ['tuesday'] });
    expect([weekly.time, weekly.starts_on]).toEqual(['09:00', '2026-11-24']);
  });

  it('reads as a sentence', () => {
    expect(words(weekly)).toBe('Every Tuesday at 09:00, Berlin time');
    const days: RepeatRule['frequency'] = { kind: 'weekly', weekdays: ['friday', 'monday', 'tuesday'] };
    const ends: RepeatRule['ends'] = { kind: 'on_date', date: '2027-03-01' };
    expect(words({ ...weekly, frequency: days, interval: 2, ends })).toBe(
      'Every 2 weeks on Monday, Tuesday and Friday at 09:00, Berlin time, until 1 Mar 2027',
    );
    expect(words({ ...inUnits(weekly, 'daily'), ends: { kind: 'after', count: 5 } })).toBe(
      'Every day at 09:00, Berlin time, 5 times',
    );
    expect(words(inUnits(weekly, 'monthly'))).toBe('Every month on day 24 at 09:00, Berlin time');
  });

  it('shows the wall clock of an occurrence, whatever the device’s', () => {
    const schedule = { local: '2026-03-29T03:00:00', zone: 'Europe/Berlin', at: '2026-03-29T01:00:00Z' };
    expect(occurrenceTime({ schedule })).toBe('Sun 29 Mar 2026, 03:00');
  });
});
