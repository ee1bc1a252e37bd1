import { HttpResponse, http } from 'msw';
import { beforeEach, expect, test, vi } from 'vitest';
import { json, problem } from '@/mocks/answers';
import { server } from '@/mocks/server';
import type { Problem } from './problem';

const MINUTE = 60_000;

/** A fresh page: modules anew, with the session that the browser kept. */
async function open(session: { access_token?: string; refresh_token?: string; endsIn?: number } = {}) {
  const { access_token = 'first', refresh_token = 'spare', endsIn = 5 * MINUTE } = session;
  localStorage.setItem(
    'atelier.session',
    JSON.stringify({ access_token, refresh_token, expires_at: Date.now() + endsIn }),
  );
  vi.resetModules();
  const sessions = await import('./session');
  const { client } = await import('./client');
  await sessions.start();
  return { client, sessions };
}

const bearer = (request: Request) => request.headers.get('Authorization');

/** A token endpoint that counts how often it is asked. */
function tokenEndpoint(answer: () => Response) {
  const asked = vi.fn(answer);
  server.use(http.post('*/_mock/token', () => asked()));
  return asked;
}

const renewed = () => json({ access_token: 'second', refresh_token: 'next', expires_in: 300 }) as Response;

beforeEach(() => localStorage.clear());

test('sends the access token', async () => {
  server.use(http.get('*/api/orgs', ({ request }) => json({ items: [], seen: bearer(request) })));
  const { client } = await open();
  const { data } = await client.GET('/api/orgs');
  expect(data).toMatchObject({ seen: 'Bearer first' });
});

test('many refused requests renew the tokens once and are sent again', async () => {
  const asked = tokenEndpoint(renewed);
  const refuseFirst = ({ request }: { request: Request }) =>
    bearer(request) === 'Bearer second'
      ? json({ items: [] })
      : problem('not-signed-in', 401, 'The token has expired.');
  server.use(http.get('*/api/orgs', refuseFirst), http.get('*/api/accounts', refuseFirst));
  const { client } = await open();
  const answers = await Promise.all([
    client.GET('/api/orgs'),
    client.GET('/api/accounts'),
    client.GET('/api/orgs'),
  ]);
  expect(answers.map(({ response }) => response.status)).toEqual([200, 200, 200]);
  expect(asked).toHaveBeenCalledTimes(1);
  expect(JSON.parse(localStorage.getItem('atelier.session') ?? '')).toMatchObject({ refresh_token: 'next' });
});

test('a write that was refused is sent again with its body and key', async () => {
  tokenEndpoint(renewed);
  const bodies: unknown[] = [];
  server.use(
    http.post('*/api/orgs', async ({ request }) => {
      bodies.push([request.headers.get('Idempotency-Key'), await request.json()]);
      return bearer(request) === 'Bearer second'
        ? json({ id: 'org_1' }, 201)
        : problem('not-signed-in', 401, 'The token has expired.');
    }),
  );
  const { client } = await open();
  const body = { name: 'A', slug: 'a', zone: 'UTC' };
  await client.POST('/api/orgs', { headers: { 'Idempotency-Key': 'k' }, body });
  expect(bodies).toEqual([
    ['k', body],
    ['k', body],
  ]);
});

test('a token about to end is renewed before the request', async () => {
  tokenEndpoint(renewed);
  server.use(http.get('*/api/orgs', ({ request }) => json({ items: [], seen: bearer(request) })));
  const { client } = await open({ endsIn: 10_000 });
  const { data } = await client.GET('/api/orgs');
  expect(data).toMatchObject({ seen: 'Bearer second' });
});

test('a refused refresh token ends the session and keeps the page', async () => {
  tokenEndpoint(() => HttpResponse.json({ error: 'invalid_grant' }, { status: 400 }));
  server.use(http.get('*/api/orgs', () => problem('not-signed-in', 401, 'The token has expired.')));
  const { client, sessions } = await open();
  await expect(client.GET('/api/orgs')).rejects.toMatchObject({ slug: 'not-signed-in', status: 401 });
  expect(sessions.sessionState()).toBe('expired');
  expect(localStorage.getItem('atelier.session')).toBeNull();
});

test('a token endpoint out of order does not end the session', async () => {
  tokenEndpoint(() => new HttpResponse(null, { status: 503 }));
  server.use(http.get('*/api/orgs', () => problem('not-signed-in', 401, 'The token has expired.')));
  const { client, sessions } = await open();
  await expect(client.GET('/api/orgs')).rejects.toThrow();
  expect(sessions.sessionState()).toBe('signed-in');
});

test('a refused sign-in at start is no session at all', async () => {
  tokenEndpoint(() => HttpResponse.json({ error: 'invalid_grant' }, { status: 400 }));
  const { sessions } = await open({ endsIn: -MINUTE });
  expect(sessions.sessionState()).toBe('signed-out');
});

test('another tab that acts in another organization interrupts this one', async () => {
  const token = (org_id: string) => `x.${btoa(JSON.stringify({ org_id }))}.x`;
  const { sessions } = await open({ access_token: token('org_a') });
  const theirs = JSON.stringify({ access_token: token('org_b'), expires_at: Date.now() + 5 * MINUTE });
  localStorage.setItem('atelier.session', theirs);
  window.dispatchEvent(new StorageEvent('storage', { key: 'atelier.session', newValue: theirs }));
  expect(sessions.sessionState()).toBe('switched');
});

test('errors become problems with everything the server said', async () => {
  server.use(
    http.get('*/api/orgs', () =>
      HttpResponse.json(
        {
          type: 'urn:atelier:problem:too-many-requests',
          title: 'Slow down',
          status: 429,
          detail: 'Wait.',
          request_id: 'req_1',
        },
        { status: 429, headers: { 'Retry-After': '7', 'Content-Type': 'application/problem+json' } },
      ),
    ),
  );
  const { client } = await open();
  const failed = (await client.GET('/api/orgs').catch((error: unknown) => error)) as Problem;
  expect(failed).toMatchObject({ slug: 'too-many-requests', status: 429, retryAfter: 7, requestId: 'req_1' });
});

test('no answer is the problem "offline", and a page of a proxy keeps its status', async () => {
  server.use(
    http.get('*/api/orgs', () => HttpResponse.error()),
    http.get('*/api/accounts', () => HttpResponse.text('<h1>Bad gateway</h1>', { status: 502 })),
  );
  const { client } = await open();
  await expect(client.GET('/api/orgs')).rejects.toMatchObject({ slug: 'offline', status: 0 });
  await expect(client.GET('/api/accounts')).rejects.toMatchObject({ slug: 'unreadable', status: 502 });
});
