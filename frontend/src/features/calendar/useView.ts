import { useNavigate, useSearch } from '@tanstack/react-router';
import { offsetLabel } from '@/ui/time';
import {
  addDays,
  addMonths,
  type Day,
  dayName,
  dayOf,
  monthGrid,
  startOfDay,
  startOfMonth,
  weekGrid,
} from '@/ui/zoned';

export type View = 'month' | 'week';

/** `November 2026`, `16–22 November 2026`, `30 November – 6 December 2026`. */
export function periodName(view: View, days: Day[], date: Day): string {
  if (view === 'month') return dayName(date, { month: 'long', year: 'numeric' });
  const [first = date, last = date] = [days[0], days.at(-1)];
  const end = dayName(last, { day: 'numeric', month: 'long', year: 'numeric' });
  if (first.slice(0, 7) === last.slice(0, 7)) return `${Number(first.slice(8))}–${end}`;
  const year = first.slice(0, 4) === last.slice(0, 4) ? {} : ({ year: 'numeric' } as const);
  return `${dayName(first, { day: 'numeric', month: 'long', ...year })} – ${end}`;
}

/** What `zone` is ahead of UTC over some days; both values when clocks change among them. */
export function offsetOver(days: Day[], zone: string): string {
  const at = (day: Day) => offsetLabel(zone, new Date(startOfDay(day, zone)));
  const [first, last] = [at(days[0] ?? ''), at(addDays(days.at(-1) ?? '', 1))];
  return first === last ? first : `${first} → ${last}`;
}

/** What the address says is shown, and the ways to change it. Each is a page of the browser's history. */
export function useView(zone: string) {
  const search: { view?: View; date?: Day } = useSearch({ strict: false });
  const navigate = useNavigate();
  const today = dayOf(Date.now(), zone);
  const view = search.view ?? 'month';
  const date = search.date ?? today;
  const days = view === 'week' ? weekGrid(date) : monthGrid(date);

  const go = (next: { view?: View; date?: Day }, replace = false) => {
    const to = { view, date, ...next };
    void navigate({
      to: '/calendar',
      // The plain address is the plain start: this month.
      search: {
        view: to.view === 'week' ? 'week' : undefined,
        date: to.date === today ? undefined : to.date,
      },
      replace,
      resetScroll: false,
    });
  };

  return {
    view,
    date,
    days,
    today,
    month: date.slice(0, 7),
    offset: offsetOver(view === 'week' ? days : days.filter((day) => day.startsWith(date.slice(0, 7))), zone),
    period: periodName(view, days, date),
    isCurrent: days.includes(today) && (view === 'week' || today.startsWith(date.slice(0, 7))),
    setView: (next: View) => go({ view: next }),
    turn: (pages: 1 | -1) =>
      go({ date: view === 'week' ? addDays(date, 7 * pages) : addMonths(startOfMonth(date), pages) }),
    toToday: () => go({ date: today }),
    /** Shows a day; without a step in the history while a post is being carried there. */
    show: (day: Day, replace = false) => go({ date: day }, replace),
  };
}
