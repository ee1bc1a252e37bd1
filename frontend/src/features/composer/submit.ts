import { client, ifMatch } from '@/api/client';
import { asProblem, type Problem } from '@/api/problem';
import type { Post } from '@/api/types';
import type { Input } from './composition';
import type { When } from './when';

/** What becomes of a post once its content is saved. */
export type Action = 'save' | 'schedule' | 'queue' | 'publish' | 'unschedule';

/** One press of a button. */
export interface Submission {
  action: Action;
  input: Input;
  /** For `schedule`. */
  when: When | null;
  /** For `queue`: whose next free slot to take. */
  slotOf: string | null;
  /** The post as it was last seen; null for one that does not exist yet. */
  post: Pick<Post, 'id' | 'version'> | null;
  /** Makes creating safe to repeat. */
  key: string;
}

/** The content is saved. With a problem, what should have followed did not happen. */
export interface Outcome {
  post: Post;
  problem: Problem | null;
}

async function saveContent({ input, post, key }: Submission): Promise<Post> {
  if (!post) {
    const header = { 'Idempotency-Key': key };
    return (await client.POST('/api/posts', { body: input, params: { header } })).data as Post;
  }
  const params = { path: { id: post.id }, header: ifMatch(post.version) };
  return (await client.PUT('/api/posts/{id}', { body: input, params })).data as Post;
}

async function follow({ action, when, slotOf }: Submission, saved: Post): Promise<Post> {
  const params = { path: { id: saved.id }, header: ifMatch(saved.version) };
  if (action === 'publish') return (await client.POST('/api/posts/{id}/publish', { params })).data as Post;
  if (action === 'unschedule')
    return (await client.POST('/api/posts/{id}/unschedule', { params })).data as Post;
  if (action === 'queue' && slotOf) {
    const body = { account_id: slotOf };
    return (await client.POST('/api/posts/{id}/queue', { body, params })).data as Post;
  }
  if (action === 'schedule' && when) {
    const { local, zone, disambiguation } = when;
    const body = { local, zone, ...(disambiguation && { disambiguation }) };
    return (await client.POST('/api/posts/{id}/schedule', { body, params })).data as Post;
  }
  return saved;
}

/**
 * Saves the content, then does what was asked. Throws a {@link Problem} while the content is not saved; after that
 * every failure is part of the outcome, because the post exists.
 */
export async function submit(submission: Submission): Promise<Outcome> {
  const saved = await saveContent(submission);
  try {
    return { post: await follow(submission, saved), problem: null };
  } catch (thrown) {
    return { post: saved, problem: asProblem(thrown) };
  }
}
