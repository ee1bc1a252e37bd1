import { Button, Group } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ifMatch } from '@/api/client';
import { useCan } from '@/api/me';
import type { Series } from '@/api/types';
import { notifyDone } from '@/shell/notify';
import { ConfirmDialog } from '@/ui/ConfirmDialog';

/** What can be done with a series. */
export function SeriesActions({ series }: { series: Series }) {
  const { t } = useTranslation('series');
  const mayPublish = useCan('posts.publish');
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const { show, forget } = useShown(series.id);
  const done = (words: string) => (changed: Series) => {
    show(changed);
    notifyDone(words);
  };
  const pause = api.useMutation('post', '/api/series/{id}/pause', { onSuccess: done(t('do.paused')) });
  const resume = api.useMutation('post', '/api/series/{id}/resume', { onSuccess: done(t('do.resumed')) });
  const stop = api.useMutation('delete', '/api/series/{id}', {
    onSuccess: async () => {
      notifyDone(t('do.stopped'));
      await navigate({ to: '/series' });
      forget();
    },
    onSettled: () => setAsking(false),
  });
  if (!mayPublish) return null;
  const target = { params: { path: { id: series.id }, header: ifMatch(series.version) } };
  return (
    <Group gap="xs">
      <Button
        component={Link}
        to="/series/$seriesId/edit"
        // The router's own types do not reach through the button.
        params={{ seriesId: series.id } as never}
        variant="default"
      >
        {t('do.edit')}
      </Button>
      {series.state === 'active' && (
        <Button variant="default" loading={pause.isPending} onClick={() => pause.mutate(target)}>
          {t('do.pause')}
        </Button>
      )}
      {series.state === 'paused' && (
        <Button loading={resume.isPending} onClick={() => resume.mutate(target)}>
          {t('do.resume')}
        </Button>
      )}
      <Button variant="default" onClick={() => setAsking(true)}>
        {t('do.stop')}
      </Button>
      <ConfirmDialog
        opened={asking}
        title={t('do.stopTitle')}
        confirmLabel={t('do.stopConfirm')}
        danger
        busy={stop.isPending}
        onConfirm={() => stop.mutate(target)}
        onClose={() => setAsking(false)}
      >
        {t('do.stopText')}
      </ConfirmDialog>
    </Group>
  );
}

/** What is shown of a series and of the posts it makes, kept in step with what was answered. */
function useShown(id: string) {
  const queries = useQueryClient();
  const { queryKey } = api.queryOptions('get', '/api/series/{id}', { params: { path: { id } } });
  const refresh = () => {
    void queries.invalidateQueries({ queryKey: ['get', '/api/series'] });
    void queries.invalidateQueries({ queryKey: ['get', '/api/posts'] });
    void queries.invalidateQueries({ queryKey: ['get', '/api/posts/{id}'] });
  };
  return {
    show: (series: Series) => {
      queries.setQueryData(queryKey, series);
      refresh();
    },
    forget: () => {
      queries.removeQueries({ queryKey });
      refresh();
    },
  };
}
