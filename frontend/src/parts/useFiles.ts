import { type QueryClient, useQueries, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { api, client, ifMatch } from '@/api/client';
import type { MediaFile } from '@/api/types';

/** One file of the library, by its id. */
export const fileQuery = (id: string) =>
  api.queryOptions('get', '/api/media/{id}', { params: { path: { id } } }, { staleTime: 60_000 });

/** Keeps what a list or an answer told of a file, so that showing it needs no request. */
export function rememberFile(queries: QueryClient, file: MediaFile): void {
  queries.setQueryData(fileQuery(file.id).queryKey, file);
}

/** What a list or an answer told of a file, if one did. */
export function rememberedFile(queries: QueryClient, id: string): MediaFile | undefined {
  return queries.getQueryData<MediaFile>(fileQuery(id).queryKey);
}

/** A file that something refers to: still coming, there, or gone. */
export type FileSlot =
  | { id: string; state: 'ready'; file: MediaFile }
  | { id: string; state: 'loading' }
  | { id: string; state: 'missing' };

/** The files of these ids, in order. */
export function useFiles(ids: string[]): FileSlot[] {
  return useQueries({
    queries: ids.map(fileQuery),
    combine: (results) =>
      results.map((result, index): FileSlot => {
        const id = ids[index] ?? '';
        if (result.data) return { id, state: 'ready', file: result.data };
        return { id, state: result.error ? 'missing' : 'loading' };
      }),
  });
}

/** Changes that are on their way. */
const underWay = new Set<Promise<unknown>>();

/** Waits until changes that are on their way have ended, well or badly. */
export async function filesSettled(): Promise<void> {
  await Promise.allSettled(underWay);
}

/** Changes a file's description or name, unless somebody else changed it since it was read (412). */
export function useUpdateFile(): (
  file: MediaFile,
  change: { alt?: string; name?: string },
) => Promise<MediaFile> {
  const queries = useQueryClient();
  return useCallback(
    async (file, change) => {
      const params = { path: { id: file.id }, header: ifMatch(file.version) };
      const request = client.PATCH('/api/media/{id}', { params, body: change });
      underWay.add(request);
      const { data } = await request.finally(() => underWay.delete(request));
      const updated = data as MediaFile;
      rememberFile(queries, updated);
      void queries.invalidateQueries({ queryKey: ['get', '/api/media'] });
      return updated;
    },
    [queries],
  );
}
