import { Alert } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useCan, useOrg } from '@/api/me';
import { ErrorState } from '@/ui/ErrorState';
import { PageHeader } from '@/ui/PageHeader';
import { FormSkeleton } from '@/ui/Skeletons';
import { SettingsForm } from './SettingsForm';
import classes from './SettingsPage.module.css';

/** What the organization is called, how its page looks and which clock it follows. */
export default function SettingsPage() {
  const { t } = useTranslation('settings');
  const { id } = useOrg();
  const mayEdit = useCan('org.edit');
  const org = api.useQuery('get', '/api/orgs/{id}', { params: { path: { id } } });

  return (
    <div className={classes.page}>
      <PageHeader title={t('title')} lead={t('lead')} />
      {!mayEdit && (
        <Alert color="gray" variant="light" icon={<IconLock size={18} stroke={1.6} />} mb="lg">
          {t('readOnly')}
        </Alert>
      )}
      {org.isPending && <FormSkeleton fields={5} />}
      {org.isError && !org.data && <ErrorState error={org.error} onRetry={() => org.refetch()} />}
      {org.data && <SettingsForm key={org.data.id} org={org.data} readOnly={!mayEdit} />}
    </div>
  );
}
