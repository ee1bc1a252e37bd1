import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';
import { asProblem, type Problem } from '@/api/problem';
import type { PostSummary, ScheduleInput } from '@/api/types';
import { useReschedule } from '@/parts/schedule/useReschedule';
import { instantsOf } from '@/ui/zoned';
import { currentSchedule } from './entries';
import { cachedPost, holdPosts, patchPost, refreshPosts } from './usePosts';

/** A move that the server refused, with what was wanted. */
export interface Refused {
  post: PostSummary;
  when: ScheduleInput;
  problem: Problem;
}

interface Options {
  /** Told when a move is done; `undo` puts the post back. */
  onMoved: (post: PostSummary, undo: () => void) => void;
}

function optimistic(post: PostSummary, when: ScheduleInput): PostSummary {
  const readings = instantsOf(when.local, when.zone);
  const at = when.disambiguation === 'later' ? readings.at(-1) : readings[0];
  if (at === undefined) return post;
  const schedule = { local: when.local, zone: when.zone, at: new Date(at).toISOString() };
  return { ...post, schedule };
}

/**
 * Moves posts: the calendar shows it at once, the server confirms, and a refusal puts the post back where it was.
 * Moves of one post wait for each other, because each needs the version that the one before it left.
 */
export function useMove({ onMoved }: Options) {
  const queries = useQueryClient();
  const reschedule = useReschedule();
  const waiting = useRef(new Map<string, Promise<unknown>>());
  const [refused, setRefused] = useState<Refused | null>(null);

  /** Does it and throws when the server refuses. */
  const attempt = async (post: PostSummary, when: ScheduleInput, latest = false) => {
    await holdPosts(queries);
    const before = cachedPost(queries, post.id) ?? post;
    patchPost(queries, optimistic(before, when));
    const earlier = waiting.current.get(post.id);
    const work = (async () => {
      await earlier?.catch(() => {});
      const version = cachedPost(queries, post.id)?.version ?? before.version;
      return reschedule({ id: post.id, version }, when, latest);
    })();
    waiting.current.set(post.id, work);
    try {
      const { version, status, schedule, updated_at } = await work;
      const moved = { ...before, version, status, schedule, updated_at };
      patchPost(queries, moved);
      return { before, moved };
    } catch (thrown) {
      // An earlier move of the same post may have gone through meanwhile: its version stays.
      const version = cachedPost(queries, post.id)?.version ?? before.version;
      patchPost(queries, { ...before, version });
      throw thrown;
    } finally {
      if (waiting.current.get(post.id) === work) waiting.current.delete(post.id);
    }
  };

  const told = async (post: PostSummary, when: ScheduleInput, latest = false) => {
    const { before, moved } = await attempt(post, when, latest);
    const back = currentSchedule(before);
    onMoved(moved, () => {
      if (back) void move(moved, back);
    });
  };

  const move = async (post: PostSummary, when: ScheduleInput): Promise<void> => {
    try {
      await told(post, when);
    } catch (thrown) {
      const problem = asProblem(thrown);
      setRefused({ post, when, problem });
      if (problem.status === 409 || problem.status === 404) void refreshPosts(queries);
    }
  };

  const dismiss = useCallback(() => setRefused(null), []);
  return { move, attempt: told, refused, dismiss };
}
