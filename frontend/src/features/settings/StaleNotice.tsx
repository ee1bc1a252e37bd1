import { Alert, Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import type { Org } from '@/api/types';
import { notifyFailure } from '@/shell/notify';

/** Somebody saved first: offers what they saved, which replaces what is typed here. */
export function StaleNotice({ orgId, onLoaded }: { orgId: string; onLoaded: (org: Org) => void }) {
  const { t } = useTranslation('settings');
  const queries = useQueryClient();
  const [loading, setLoading] = useState(false);
  const load = () => {
    setLoading(true);
    const newest = api.queryOptions('get', '/api/orgs/{id}', { params: { path: { id: orgId } } });
    queries
      .fetchQuery({ ...newest, staleTime: 0 })
      .then(onLoaded, notifyFailure)
      .finally(() => setLoading(false));
  };
  return (
    <Alert color="amber" variant="light" role="alert" title={t('stale.title')}>
      <p style={{ margin: '0 0 12px' }}>{t('stale.text')}</p>
      <Button size="xs" variant="default" onClick={load} loading={loading}>
        {t('stale.load')}
      </Button>
    </Alert>
  );
}
