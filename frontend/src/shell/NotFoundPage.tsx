import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '@/ui/EmptyState';

/** An address that leads nowhere. */
export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <main style={{ maxWidth: 640, margin: '10vh auto', padding: 16 }}>
      <EmptyState
        title={t('notFound.title')}
        action={
          <Button component={Link} to="/">
            {t('action.goCalendar')}
          </Button>
        }
      >
        {t('notFound.text')}
      </EmptyState>
    </main>
  );
}
