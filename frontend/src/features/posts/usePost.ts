import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import type { Delivery, Post } from '@/api/types';
import { duration, pollAfter } from './polling';

/** A post that keeps itself up to date: closely while it goes out, seldom before, not at all after. */
export function usePost(id: string) {
  return api.useQuery(
    'get',
    '/api/posts/{id}',
    { params: { path: { id } } },
    {
      refetchInterval: ({ state }) => (state.data ? pollAfter(state.data, Date.now()) : false),
      staleTime: 0,
    },
  );
}

/** What changed about the deliveries since they were last seen, in words for a live region. */
export function useNews(post: Post | undefined): string {
  const { t } = useTranslation('posts');
  const [news, setNews] = useState('');
  const seen = useRef<Map<string, Delivery['state']> | null>(null);
  const deliveries = post?.deliveries;
  useEffect(() => {
    if (!deliveries) return;
    const before = seen.current;
    seen.current = new Map(deliveries.map(({ account_id, state }) => [account_id, state]));
    if (!before) return;
    const changed = deliveries.filter(({ account_id, state }) => {
      const last = before.get(account_id);
      return last !== undefined && last !== state;
    });
    if (changed.length === 0) return;
    const words = changed.map(({ platform, state, late_ms }) => {
      const network = t(`platform.${platform}`, { ns: 'common' });
      return state === 'published' && late_ms !== null
        ? t('receipts.announceOut', { network, time: t('receipts.after', { time: duration(late_ms) }) })
        : t('receipts.announce', { network, state: t(`status.${state}`, { ns: 'common' }) });
    });
    setNews(words.join('. '));
  }, [deliveries, t]);
  return news;
}
