import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { meQuery } from '@/api/me';
import { FrameError } from '@/shell/PageError';
import { FramePending } from '@/shell/PagePending';
import { requireSession } from './guard';
import { rootRoute } from './public';

/** Everything behind sign-in and inside an organization, in the frame with the navigation. */
export const appRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'app',
  beforeLoad: ({ location }) => requireSession(location.href),
  loader: async ({ context }) => {
    const me = await context.queries.ensureQueryData(meQuery);
    if (!me.org) throw redirect({ to: '/welcome', replace: true });
  },
  pendingComponent: FramePending,
  errorComponent: FrameError,
  component: lazyRouteComponent(() => import('@/shell/AppFrame'), 'AppFrame'),
});
