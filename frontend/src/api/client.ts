import createFetchClient, { type Middleware } from 'openapi-fetch';
import createQueryClient from 'openapi-react-query';
import { asProblem, type Problem, readProblem } from './problem';
import type { paths } from './schema';
import * as session from './session';

/** Headers of a write that must not overwrite somebody else's: `"<version>"` as the entity tag. */
export function ifMatch(version: number): { 'If-Match': string } {
  return { 'If-Match': `"${version}"` };
}

/** A key that makes a creating write safe to send again. Make it once per form, not once per click. */
export function idempotencyKey(): string {
  return crypto.randomUUID();
}

async function authorized(request: Request): Promise<string | null> {
  const token = await session.accessToken();
  if (token) request.headers.set('Authorization', `Bearer ${token}`);
  return token;
}

/**
 * `fetch` with the session: adds the access token, and after a 401 renews it once and sends the request again.
 * A 401 means that nothing was done, so sending again is safe for writes too.
 */
async function fetchWithSession(request: Request): Promise<Response> {
  const retry = request.clone();
  const token = await authorized(request);
  const response = await fetch(request);
  if (response.status !== 401 || !token) return response;
  if (!(await session.rejected(token))) return response;
  await authorized(retry);
  return fetch(retry);
}

const problems: Middleware = {
  async onResponse({ response }) {
    if (!response.ok) throw await readProblem(response);
  },
  onError({ error }) {
    return asProblem(error);
  },
};

/** The typed client. Calls throw a {@link Problem} unless they succeed. */
export const client = createFetchClient<paths>({
  baseUrl: globalThis.location?.origin ?? '',
  fetch: fetchWithSession,
});
client.use(problems);

/** The typed client as react-query hooks: `api.useQuery('get', '/api/accounts')`. */
export const api = createQueryClient(client);

declare module '@tanstack/react-query' {
  interface Register {
    defaultError: Problem;
  }
}
