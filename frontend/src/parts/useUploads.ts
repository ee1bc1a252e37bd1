import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { MediaFile } from '@/api/types';
import { type UploadItem, UploadQueue } from './uploads';
import { rememberFile } from './useFiles';

/** An upload queue that lives as long as the page that shows it. */
export interface Uploads {
  items: readonly UploadItem[];
  queue: UploadQueue;
}

/** Uploads files into the library; `onDone` gets each when it is ready, and the item leaves the list. */
export function useUploads(onDone?: (file: MediaFile) => void): Uploads {
  const queries = useQueryClient();
  const latest = useRef(onDone);
  useEffect(() => {
    latest.current = onDone;
  });
  const [queue] = useState(() => {
    const made: UploadQueue = new UploadQueue((file, key) => {
      rememberFile(queries, file);
      void queries.invalidateQueries({ queryKey: ['get', '/api/media'] });
      latest.current?.(file);
      made.cancel(key);
    });
    return made;
  });
  useEffect(() => () => queue.stop(), [queue]);
  const items = useSyncExternalStore(queue.subscribe, queue.snapshot);
  // A closed tab stops what is on its way: ask first.
  const busy = items.some((item) => item.state !== 'failed' && item.state !== 'done');
  useEffect(() => {
    if (!busy) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [busy]);
  return { items, queue };
}
