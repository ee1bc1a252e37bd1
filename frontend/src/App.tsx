import '@mantine/core/styles.layer.css';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { createQueries } from './api/query';
import { createAppRouter } from './router';
import { cssVariables, theme } from './ui/theme';

/** Failed writes that no form shows go to the notifications, which load with the signed-in pages. */
const queries = createQueries((thrown) => {
  void import('./shell/notify').then(({ notifyFailure }) => notifyFailure(thrown));
});
const router = createAppRouter(queries);

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

/** The page: theme, data and routes around everything. */
export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
