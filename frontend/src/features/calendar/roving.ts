import { addDays, type Day, weekday } from '@/ui/zoned';

const ITEM = '[data-item]';

const itemsOf = (root: HTMLElement) => [...root.querySelectorAll<HTMLElement>(ITEM)];
const slotOf = (item: HTMLElement) => item.closest<HTMLElement>('[data-slot], th');
const rowOf = (item: HTMLElement) => item.closest('tr')?.rowIndex ?? 0;

/** The day of something in the grid. */
export function dayOfItem(item: HTMLElement): Day {
  return item.closest<HTMLElement>('[data-slot]')?.dataset.slot?.slice(0, 10) ?? item.dataset.day ?? '';
}

/** The item of a day nearest to `from`: in the nearest row, at the same place of its cell. */
function nearest(items: HTMLElement[], day: Day, from: HTMLElement): HTMLElement | undefined {
  const place = (item: HTMLElement) => itemsOf(slotOf(item) ?? item).indexOf(item);
  const distance = (item: HTMLElement) =>
    Math.abs(rowOf(item) - rowOf(from)) * 1000 + Math.abs(place(item) - place(from));
  return items.filter((item) => dayOfItem(item) === day).sort((a, b) => distance(a) - distance(b))[0];
}

/**
 * Where an arrow key leads from `from`: another item of the grid, or a day that the grid does not show.
 * Left and right go to the neighbouring day, up and down through the column.
 */
export function step(root: HTMLElement, from: HTMLElement, key: string): HTMLElement | Day | undefined {
  const items = itemsOf(root);
  const day = dayOfItem(from);
  const sideways = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (sideways) return nearest(items, addDays(day, sideways), from) ?? addDays(day, sideways);
  if (key === 'Home') return nearest(items, addDays(day, -weekday(day)), from);
  if (key === 'End') return nearest(items, addDays(day, 6 - weekday(day)), from);
  const along = { ArrowUp: -1, ArrowDown: 1 }[key];
  if (!along) return undefined;
  const column = items.filter((item) => weekday(dayOfItem(item)) === weekday(day));
  return column[column.indexOf(from) + along] ?? addDays(day, 7 * along);
}

/** Makes `item` the one stop of the Tab key in the grid. */
export function makeStop(root: HTMLElement, item: HTMLElement): void {
  for (const stop of root.querySelectorAll<HTMLElement>(`${ITEM}[tabindex="0"]`)) stop.tabIndex = -1;
  item.tabIndex = 0;
}

/** Keeps the grid reachable: when its stop went away, today or the first day becomes it. */
export function ensureStop(root: HTMLElement, today: Day): void {
  if (root.querySelector(`${ITEM}[tabindex="0"]`)) return;
  const item =
    root.querySelector<HTMLElement>(`${ITEM}[data-day="${today}"]`) ?? root.querySelector<HTMLElement>(ITEM);
  if (item) item.tabIndex = 0;
}
