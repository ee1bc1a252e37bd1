import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, client, idempotencyKey, ifMatch } from '@/api/client';
import { asProblem } from '@/api/problem';
import type { Post, ScheduleInput } from '@/api/types';
import { useReschedule } from '@/parts/schedule/useReschedule';
import { notifyDone, notifyFailure } from '@/shell/notify';

/** Everything that can be done with one post. Failures are shown; a stale version brings the newest one. */
export function usePostActions(post: Post) {
  const { t } = useTranslation('posts');
  const queries = useQueryClient();
  const navigate = useNavigate();
  const reschedule = useReschedule();
  const [busy, setBusy] = useState<string | null>(null);
  const [copyKey, setCopyKey] = useState(idempotencyKey);
  const path = { id: post.id };
  const params = { path, header: ifMatch(post.version) };
  const query = api.queryOptions('get', '/api/posts/{id}', { params: { path } });

  const refreshLists = () =>
    queries.invalidateQueries({ queryKey: ['get', '/api/posts'], refetchType: 'none' });

  const run = async (name: string, work: () => Promise<string>) => {
    setBusy(name);
    try {
      notifyDone(await work());
      await refreshLists();
    } catch (thrown) {
      notifyFailure(thrown);
      if ([404, 409, 412].includes(asProblem(thrown).status)) void queries.invalidateQueries(query);
    } finally {
      setBusy(null);
    }
  };

  const keep = (data: Post | undefined) => {
    if (data) queries.setQueryData(query.queryKey, data);
  };

  return {
    /** Which action is under way. */
    busy,
    /** Which action is under way with one delivery. */
    busyAt: (accountId: string) =>
      (['retry', 'takeDown'] as const).find((name) => busy === `${name} ${accountId}`) ?? null,
    publish: () =>
      run('publish', async () => {
        keep((await client.POST('/api/posts/{id}/publish', { params })).data);
        return t('done.publishing');
      }),
    unschedule: () =>
      run('unschedule', async () => {
        keep((await client.POST('/api/posts/{id}/unschedule', { params })).data);
        return t('done.unscheduled');
      }),
    duplicate: () =>
      run('duplicate', async () => {
        const header = { 'Idempotency-Key': copyKey };
        const { data } = await client.POST('/api/posts/{id}/duplicate', { params: { path, header } });
        setCopyKey(idempotencyKey());
        if (data) await navigate({ to: '/posts/$postId', params: { postId: data.id } });
        return t('done.duplicated');
      }),
    remove: () =>
      run('delete', async () => {
        await client.DELETE('/api/posts/{id}', { params });
        await navigate({ to: '/posts', replace: true });
        queries.removeQueries({ queryKey: query.queryKey });
        return t('done.deleted');
      }),
    retry: (accountId: string) =>
      run(`retry ${accountId}`, async () => {
        const retried = { path: { ...path, account_id: accountId } };
        keep((await client.POST('/api/posts/{id}/deliveries/{account_id}/retry', { params: retried })).data);
        return t('done.retrying');
      }),
    takeDown: (accountId: string) =>
      run(`takeDown ${accountId}`, async () => {
        const params = { path: { id: accountId, post_id: post.id } };
        await client.POST('/api/accounts/{id}/posts/{post_id}/take-down', { params });
        await queries.invalidateQueries(query);
        return t('done.takenDown');
      }),
    /** Throws what the form that asks can show; where there is nothing left to ask, the page shows why. */
    confirm: async (accountId: string, url?: string) => {
      const params = { path: { ...path, account_id: accountId } };
      try {
        const confirmed = await client.POST('/api/posts/{id}/deliveries/{account_id}/confirm', {
          params,
          body: { url },
        });
        keep(confirmed.data);
      } catch (thrown) {
        if (![404, 409, 412].includes(asProblem(thrown).status)) throw thrown;
        notifyFailure(thrown);
        void queries.invalidateQueries(query);
        return;
      }
      await refreshLists();
      notifyDone(t('done.confirmed'));
    },
    /** Throws, because the form that asks shows the problem itself. */
    schedule: async (when: ScheduleInput, latest: boolean) => {
      const first = !post.schedule;
      await reschedule(post, when, latest);
      await refreshLists();
      notifyDone(first ? t('done.scheduled') : t('done.moved'));
    },
  };
}
