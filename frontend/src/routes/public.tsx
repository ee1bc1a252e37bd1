import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, Outlet, redirect } from '@tanstack/react-router';
import { sessionState } from '@/api/session';
import { FrameError } from '@/shell/PageError';
import { requireSession } from './guard';
import { page } from './lazy';

export const rootRoute = createRootRouteWithContext<{ queries: QueryClient }>()({
  component: Outlet,
  errorComponent: FrameError,
});

export const landingRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: () => {
    if (sessionState() !== 'signed-out') throw redirect({ to: '/calendar', replace: true });
  },
  component: page(['landing'], () => import('@/features/landing/LandingPage')),
});

export const callbackRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/signin/callback',
  component: page(['signin'], () => import('@/features/signin/CallbackPage')),
});

export const invitationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invitation',
  validateSearch: (search): { token?: string } => ({
    token: typeof search.token === 'string' ? search.token : undefined,
  }),
  component: page(['members'], () => import('@/features/members/InvitationPage')),
});

export const welcomeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/welcome',
  beforeLoad: ({ location }) => requireSession(location.href),
  component: page(['onboarding'], () => import('@/features/onboarding/WelcomePage')),
});
