import { createRoute } from '@tanstack/react-router';
import { appRoute } from './app';
import { page } from './lazy';

export const calendarRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/calendar',
  component: page(['calendar'], () => import('@/features/calendar/CalendarPage')),
});
