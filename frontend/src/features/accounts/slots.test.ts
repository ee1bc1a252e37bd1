import { describe, expect, it } from 'vitest';
import { inWeek, PRESETS, without, withTime } from './slots';

describe('a week of slots', () => {
  it('is in order, each time once', () => {
    const week = withTime([{ weekday: 'friday', time: '09:00' }], ['monday', 'friday'], '09:00');
    expect(week).toEqual([
      { weekday: 'monday', time: '09:00' },
      { weekday: 'friday', time: '09:00' },
    ]);
    expect(without(week, { weekday: 'monday', time: '09:00' })).toEqual([
      { weekday: 'friday', time: '09:00' },
    ]);
    expect(withTime(week, ['friday'], '08:00').map(({ time }) => time)).toEqual(['09:00', '08:00', '09:00']);
  });

  it('has presets that are weeks already', () => {
    for (const preset of Object.values(PRESETS)) expect(inWeek(preset)).toEqual(preset);
  });
});
