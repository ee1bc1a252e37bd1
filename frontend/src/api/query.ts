import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { asProblem } from './problem';

/** Worth another try without asking: no answer, or the server said to come back. */
function isTransient(thrown: unknown): boolean {
  const { status } = asProblem(thrown);
  return status === 0 || status === 429 || status >= 502;
}

/** Makes the cache all pages share. `onFailedWrite` hears of failed writes that no form shows itself. */
export function createQueries(onFailedWrite: (thrown: unknown) => void): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache(),
    mutationCache: new MutationCache({
      onError: (error, _variables, _result, mutation) => {
        if (!mutation.meta?.handlesError) onFailedWrite(error);
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        retry: (count, error) => count < 2 && isTransient(error),
        retryDelay: (count, error) => (asProblem(error).retryAfter ?? 0.5 * 2 ** count) * 1000,
      },
      // Writes are never sent again by themselves; offline they fail at once and keep what was typed.
      mutations: { retry: false, networkMode: 'always' },
    },
  });
}
