import { addDays, addMonths, hoursOf } from '@/ui/zoned';
import type { Entry, Slot } from './entries';

/** A post lifted with the keyboard and the place it would be dropped at. */
export interface Carried {
  entry: Entry;
  target: Slot;
}

/** What a key does to a lifted post. */
export type CarryStep = { to: Slot } | 'drop' | 'cancel' | null;

/** The same hour of another day; where clocks skip it, the hour after. */
function onDay(slot: Slot, day: string, zone: string): Slot {
  if (slot.hour === undefined) return { day };
  const hours = hoursOf(day, zone);
  const same = hours.find(({ hour, again }) => hour === slot.hour && again === Boolean(slot.again));
  const found = same ?? hours.find(({ hour }) => hour >= (slot.hour ?? 0)) ?? hours.at(-1);
  return { day, hour: found?.hour, again: found?.again };
}

/** The hour before or after, over midnight into the neighbouring day. */
function hourBeside(slot: Slot, step: 1 | -1, zone: string): Slot {
  const hours = hoursOf(slot.day, zone);
  const index = hours.findIndex(({ hour, again }) => hour === slot.hour && again === Boolean(slot.again));
  const beside = hours[index + step];
  if (beside) return { day: slot.day, hour: beside.hour, again: beside.again };
  const day = addDays(slot.day, step);
  const edge = hoursOf(day, zone).at(step === 1 ? 0 : -1);
  return { day, hour: edge?.hour, again: edge?.again };
}

/** What `key` does while a post is lifted; `null` when it means nothing here. */
export function carryStep(target: Slot, key: string, zone: string): CarryStep {
  const week = target.hour !== undefined;
  switch (key) {
    case 'ArrowLeft':
      return { to: onDay(target, addDays(target.day, -1), zone) };
    case 'ArrowRight':
      return { to: onDay(target, addDays(target.day, 1), zone) };
    case 'ArrowUp':
      return { to: week ? hourBeside(target, -1, zone) : { day: addDays(target.day, -7) } };
    case 'ArrowDown':
      return { to: week ? hourBeside(target, 1, zone) : { day: addDays(target.day, 7) } };
    case 'PageUp':
      return { to: onDay(target, week ? addDays(target.day, -7) : addMonths(target.day, -1), zone) };
    case 'PageDown':
      return { to: onDay(target, week ? addDays(target.day, 7) : addMonths(target.day, 1), zone) };
    case 'Enter':
    case ' ':
      return 'drop';
    case 'Escape':
      return 'cancel';
    default:
      return null;
  }
}
