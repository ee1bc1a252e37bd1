import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import {
  createMemoryHistory,
  createRootRouteWithContext,
  createRoute,
  createRouter,
  Outlet,
  RouterProvider,
} from '@tanstack/react-router';
import { render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { type ReactNode, Suspense } from 'react';
import { meQuery } from '@/api/me';
import { createQueries } from '@/api/query';
import type { Role } from '@/api/types';
import { i18next } from '@/i18n';
import { db } from '@/mocks/db';
import { cssVariables, theme } from '@/ui/theme';

interface Options {
  /** The address the page is at; search parameters included. */
  path?: string;
  /** The page's own route, when it has parameters: `/posts/$postId`. */
  route?: string;
  /** The signed-in person's role. */
  role?: Role;
  /** Catalogues the page shows. */
  namespaces?: string[];
}

/** Shows a page as the signed-in person would see it, against the mocked API; returns a user to act with. */
export async function renderPage(
  page: ReactNode,
  { path = '/', route, role = 'owner', namespaces = [] }: Options = {},
) {
  await i18next.loadNamespaces(namespaces);
  if (db.me.org) db.me = { ...db.me, org: { ...db.me.org, role } };
  const failures: unknown[] = [];
  const queries = createQueries((thrown) => failures.push(thrown));
  queries.setDefaultOptions({ queries: { retry: false } });
  queries.setQueryData(meQuery.queryKey, db.me);
  const root = createRootRouteWithContext()({ component: Outlet });
  // The same ids as in the product, so that `getRouteApi('/app/…')` finds the page's route.
  const app = createRoute({ getParentRoute: () => root, id: 'app', component: Outlet });
  const own = createRoute({
    getParentRoute: () => app,
    path: route ?? path.replace(/\?.*/, ''),
    component: () => <Suspense>{page}</Suspense>,
  });
  const elsewhere = createRoute({ getParentRoute: () => root, path: '$', component: () => null });
  const router = createRouter({
    routeTree: root.addChildren([app.addChildren([own]), elsewhere]),
    history: createMemoryHistory({ initialEntries: [path] }),
  });
  await router.load();
  const view = render(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} env="test">
      <QueryClientProvider client={queries}>
        {/* The test's own small route tree stands in for the registered one. */}
        <RouterProvider router={router as never} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  return { ...view, user: userEvent.setup(), queries, router, failures };
}
