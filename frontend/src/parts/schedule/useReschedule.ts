import { useQueryClient } from '@tanstack/react-query';
import { api, client, ifMatch } from '@/api/client';
import type { Post, ScheduleInput } from '@/api/types';

/** A post and the version of it that the person saw. */
export interface Versioned {
  id: string;
  version: number;
}

/**
 * Puts a post at a wall-clock time. With `latest` the newest version is taken, whatever the person saw: they have
 * been told and want it nevertheless. Throws the server's problem, with its `choices`.
 */
export function useReschedule() {
  const queries = useQueryClient();
  return async (post: Versioned, when: ScheduleInput, latest = false): Promise<Post> => {
    const path = { id: post.id };
    const version = latest
      ? (await client.GET('/api/posts/{id}', { params: { path } })).data?.version
      : post.version;
    const { data } = await client.POST('/api/posts/{id}/schedule', {
      params: { path, header: ifMatch(version ?? post.version) },
      body: when,
    });
    const moved = data as Post;
    queries.setQueryData(api.queryOptions('get', '/api/posts/{id}', { params: { path } }).queryKey, moved);
    return moved;
  };
}
