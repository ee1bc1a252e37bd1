import type { QueryClient } from '@tanstack/react-query';
import { createRouter } from '@tanstack/react-router';
import { accountsRoute } from './routes/accounts';
import { appRoute } from './routes/app';
import { auditRoute } from './routes/audit';
import { calendarRoute } from './routes/calendar';
import { mediaRoute } from './routes/media';
import { membersRoute } from './routes/members';
import { editPostRoute, importRoute, newPostRoute, postRoute, postsRoute } from './routes/posts';
import { callbackRoute, invitationRoute, landingRoute, rootRoute, welcomeRoute } from './routes/public';
import { editSeriesRoute, seriesDetailRoute, seriesRoute } from './routes/series';
import { settingsRoute } from './routes/settings';
import { NotFoundPage } from './shell/NotFoundPage';
import { PageError } from './shell/PageError';
import { PagePending } from './shell/PagePending';

/** The table of contents: every page of the product. */
const routes = rootRoute.addChildren([
  landingRoute,
  callbackRoute,
  invitationRoute,
  welcomeRoute,
  appRoute.addChildren([
    calendarRoute,
    postsRoute,
    newPostRoute,
    importRoute,
    postRoute,
    editPostRoute,
    seriesRoute,
    seriesDetailRoute,
    editSeriesRoute,
    mediaRoute,
    accountsRoute,
    membersRoute,
    settingsRoute,
    auditRoute,
  ]),
]);

export function createAppRouter(queries: QueryClient) {
  return createRouter({
    routeTree: routes,
    context: { queries },
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    defaultPendingMs: 150,
    defaultPendingMinMs: 0,
    defaultPendingComponent: PagePending,
    defaultErrorComponent: PageError,
    defaultNotFoundComponent: NotFoundPage,
    scrollRestoration: true,
  });
}
