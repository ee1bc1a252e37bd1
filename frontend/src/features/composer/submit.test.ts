import { HttpResponse, http } from 'msw';
import { beforeEach, describe, expect, it } from 'vitest';
import { asProblem } from '@/api/problem';
import type { Post } from '@/api/types';
import { at, json, problem } from '@/mocks/answers';
import { server } from '@/mocks/server';
import { submit } from './submit';

const post: Post = {
  id: 'pst_1',
  version: 3,
  revision: 1,
  status: 'draft',
  text: 'Kiln day',
  media: [],
  thread: [],
  first_comment: null,
  files: [],
  targets: [],
  schedule: null,
  deliveries: [],
  series: null,
  slot: null,
  created_by: 'usr_1',
  created_at: '2026-11-21T09:00:00Z',
  updated_at: '2026-11-21T09:00:00Z',
};
const input = { text: 'Kiln day', media: [], thread: [], first_comment: null, targets: [] };
const when = { local: '2026-11-24T09:00', zone: 'Europe/Lisbon' };

/** The requests in order: method, path, and the header that guards them. */
let sent: string[];

beforeEach(() => {
  sent = [];
  const note = (request: Request, header: string) =>
    sent.push(`${request.method} ${new URL(request.url).pathname} ${request.headers.get(header)}`);
  server.use(
    http.post(at('/posts'), ({ request }) => {
      note(request, 'Idempotency-Key');
      return json({ ...post, version: 1 }, 201);
    }),
    http.put(at('/posts/:id'), ({ request }) => {
      note(request, 'If-Match');
      return json({ ...post, version: 4 });
    }),
    http.post(at('/posts/:id/:action'), ({ request }) => {
      note(request, 'If-Match');
      return json({ ...post, version: 9, status: 'scheduled' });
    }),
  );
});

describe('submit', () => {
  it('creates with a key, then schedules the version it created', async () => {
    const outcome = await submit({ action: 'schedule', input, slotOf: null, when, post: null, key: 'k1' });
    expect(sent).toEqual(['POST /api/posts k1', 'POST /api/posts/pst_1/schedule "1"']);
    expect(outcome).toMatchObject({ post: { version: 9 }, problem: null });
  });

  it('saves an existing post before it publishes it', async () => {
    await submit({ action: 'publish', input, slotOf: null, when, post, key: 'k1' });
    expect(sent).toEqual(['PUT /api/posts/pst_1 "3"', 'POST /api/posts/pst_1/publish "4"']);
  });

  it('only saves a draft', async () => {
    await submit({ action: 'save', input, slotOf: null, when, post: null, key: 'k1' });
    expect(sent).toEqual(['POST /api/posts k1']);
  });

  it('keeps the created post when the second step fails', async () => {
    server.use(
      http.post(at('/posts/:id/schedule'), () =>
        problem('time-in-gap', 422, 'That time does not exist.', {
          choices: [
            { label: 'Sun 1:30', local: '2027-03-28T01:30', zone: 'UTC', at: '2027-03-28T01:30:00Z' },
          ],
        }),
      ),
    );
    const outcome = await submit({ action: 'schedule', input, slotOf: null, when, post: null, key: 'k1' });
    expect(outcome.post.id).toBe('pst_1');
    expect(outcome.problem?.slug).toBe('time-in-gap');
    expect(outcome.problem?.choices).toHaveLength(1);
  });

  it('throws while nothing is saved, and does not go on', async () => {
    server.use(http.post(at('/posts'), () => HttpResponse.error()));
    const thrown = await submit({
      action: 'schedule',
      input,
      slotOf: null,
      when,
      post: null,
      key: 'k1',
    }).catch(asProblem);
    expect(thrown).toMatchObject({ slug: 'offline' });
    expect(sent).toEqual([]);
  });
});
