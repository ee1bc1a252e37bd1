import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useCan } from '@/api/me';
import classes from './Emptiness.module.css';
import { FirstSteps } from './FirstSteps';
import type { View } from './useView';

/** Above a calendar without posts: the first steps of a new organization, or one line for an empty month. */
export function Emptiness({ view, period }: { view: View; period: string }) {
  const { t } = useTranslation('calendar');
  const canWrite = useCan('posts.write');
  const canConnect = useCan('accounts.manage');
  const accounts = api.useQuery('get', '/api/accounts');
  const any = api.useQuery('get', '/api/posts', { params: { query: { limit: 1 } } });
  if (!accounts.data || !any.data) return null;
  if (any.data.items.length === 0 && canWrite) {
    return <FirstSteps connected={accounts.data.items.length > 0} canConnect={canConnect} />;
  }
  return (
    <p className={classes.line}>
      {view === 'week' ? t('empty.week') : t('empty.month', { period })}{' '}
      {canWrite && <Link to="/posts/new">{t('empty.write')}</Link>}
    </p>
  );
}
