import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { CenteredPage } from '@/ui/CenteredPage';

/** An address that leads nowhere. */
export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <CenteredPage title={t('notFound.title')}>
      <p style={{ margin: '0 0 24px' }}>{t('notFound.text')}</p>
      <Button component={Link} to="/">
        {t('action.goCalendar')}
      </Button>
    </CenteredPage>
  );
}
