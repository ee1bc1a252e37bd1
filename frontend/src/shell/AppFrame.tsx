import '@mantine/notifications/styles.layer.css';
import { Notifications } from '@mantine/notifications';
import { Link, Outlet } from '@tanstack/react-router';
import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { PagePending } from './PagePending';

/** The frame of every signed-in page. */
export function AppFrame() {
  const { t } = useTranslation();
  return (
    <>
      <Notifications position="bottom-right" />
      <nav aria-label={t('nav.label')} style={{ display: 'flex', gap: 16, padding: 16 }}>
        <Link to="/calendar">{t('nav.calendar')}</Link>
        <Link to="/posts">{t('nav.posts')}</Link>
        <Link to="/media">{t('nav.media')}</Link>
        <Link to="/accounts">{t('nav.accounts')}</Link>
      </nav>
      <main id="content" style={{ padding: 16 }}>
        <Suspense fallback={<PagePending />}>
          <Outlet />
        </Suspense>
      </main>
    </>
  );
}
