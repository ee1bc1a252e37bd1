import { type APIRequestContext, expect } from '@playwright/test';

/** A record of `app.bsky.feed.post`, as far as the journeys look at it. */
interface BlueskyRecord {
  uri: string;
  value: {
    text: string;
    facets?: {
      index: { byteStart: number; byteEnd: number };
      features: { $type: string; uri?: string; tag?: string }[];
    }[];
    embed?: { $type: string; images?: { alt: string; image: { mimeType: string; size: number } }[] };
  };
}

/** Every post of an account, read from the reference server over its own API. */
export async function blueskyPosts(request: APIRequestContext, service: string, repo: string) {
  const answer = await request.get(`${service}/xrpc/com.atproto.repo.listRecords`, {
    params: { repo, collection: 'app.bsky.feed.post' },
  });
  expect(answer.ok(), await answer.text()).toBe(true);
  return ((await answer.json()) as { records: BlueskyRecord[] }).records;
}

/** A status, as far as the journeys look at it. */
interface MastodonStatus {
  content: string;
  media_attachments: { description: string | null }[];
}

/** Every status of an account that holds `words`. */
export async function mastodonStatuses(
  request: APIRequestContext,
  instance: string,
  user: string,
  words: string,
) {
  const account = await request.get(`${instance}/api/v1/accounts/lookup`, { params: { acct: user } });
  expect(account.ok(), await account.text()).toBe(true);
  const { id } = (await account.json()) as { id: string };
  const answer = await request.get(`${instance}/api/v1/accounts/${id}/statuses`);
  expect(answer.ok(), await answer.text()).toBe(true);
  return ((await answer.json()) as MastodonStatus[]).filter(({ content }) => content.includes(words));
}
