import { Button } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '@/ui/EmptyState';
import { PageHeader } from '@/ui/PageHeader';

/** Why a series cannot be edited by this role. */
export function SeriesLocked({ id }: { id: string }) {
  const { t } = useTranslation('composer');
  return (
    <>
      <PageHeader title={t('seriesTitle')} />
      <EmptyState
        icon={<IconLock size={24} stroke={1.6} />}
        title={t('seriesLocked.title')}
        action={
          <Link to="/series/$seriesId" params={{ seriesId: id }}>
            <Button component="span" variant="default">
              {t('seriesLocked.back')}
            </Button>
          </Link>
        }
      >
        {t('seriesLocked.text')}
      </EmptyState>
    </>
  );
}
