import { createRoute } from '@tanstack/react-router';
import { appRoute } from './app';
import { page } from './lazy';

/** What the calendar shows; both parts may be missing: this month, then. */
export interface CalendarSearch {
  view?: 'week' | 'month';
  /** Any day of the month or week shown: `2026-11-24`. */
  date?: string;
}

const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

export const calendarRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/calendar',
  validateSearch: (search): CalendarSearch => ({
    view: search.view === 'week' ? 'week' : undefined,
    date: typeof search.date === 'string' && DAY.test(search.date) ? search.date : undefined,
  }),
  component: page(['calendar', 'schedule'], () => import('@/features/calendar/CalendarPage')),
});
