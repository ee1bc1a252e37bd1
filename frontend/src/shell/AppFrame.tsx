import { Button } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconPencilPlus } from '@tabler/icons-react';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCan, useMe, useOrg } from '@/api/me';
import { useSession } from '@/api/session';
import { DraftScope } from '@/ui/draft';
import classes from './AppFrame.module.css';
import { BottomBar } from './BottomBar';
import { NavLinks } from './NavLinks';
import { OfflineBanner } from './OfflineBanner';
import { OrgSwitcher } from './OrgSwitcher';
import { PagePending } from './PagePending';
import { PaletteButton } from './PaletteButton';
import { UserMenu } from './UserMenu';

// What no first view shows comes after it.
const Messages = lazy(() => import('./Messages'));
const Palette = lazy(() => import('./Palette'));
const SessionDialog = lazy(() => import('./SessionDialog'));

/** Moves the focus to the page after a navigation, so that screen readers and the Tab key start there. */
function useFocusOnNavigation() {
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const last = useRef(path);
  useEffect(() => {
    const moved = last.current !== undefined && last.current !== path;
    last.current = path;
    if (moved && !main.current?.contains(document.activeElement))
      main.current?.focus({ preventScroll: true });
  }, [path]);
  return main;
}

/** The frame of every signed-in page: navigation, organization, command palette, messages. */
export function AppFrame() {
  const { t } = useTranslation();
  const session = useSession();
  const me = useMe();
  const org = useOrg();
  const canWrite = useCan('posts.write');
  const main = useFocusOnNavigation();
  const loading = useRouterState({ select: (state) => state.isLoading });
  const [palette, setPalette] = useState(false);
  useHotkeys([['mod+K', () => setPalette(true)]], []);

  return (
    <DraftScope value={`${me.user_id}.${org.id}`}>
      <a className={classes.skip} href="#content">
        {t('skipToContent')}
      </a>
      {loading && <div className={classes.progress} aria-hidden />}
      <div className={classes.frame}>
        <nav className={classes.side} aria-label={t('nav.label')}>
          <OrgSwitcher />
          {canWrite && (
            <Button
              component={Link}
              to="/posts/new"
              className={classes.newPost}
              leftSection={<IconPencilPlus size={18} stroke={1.6} />}
            >
              {t('nav.newPost')}
            </Button>
          )}
          <div className={classes.nav}>
            <NavLinks />
          </div>
          <div className={classes.foot}>
            <PaletteButton onOpen={() => setPalette(true)} />
            <UserMenu />
          </div>
        </nav>
        <div className={classes.column}>
          <OfflineBanner />
          <main id="content" ref={main} tabIndex={-1} className={classes.main}>
            <Suspense fallback={<PagePending />}>
              <Outlet />
            </Suspense>
          </main>
        </div>
      </div>
      <BottomBar onPalette={() => setPalette(true)} />
      <Suspense>
        <Messages />
      </Suspense>
      {session !== 'signed-in' && (
        <Suspense>
          <SessionDialog />
        </Suspense>
      )}
      {palette && (
        <Suspense>
          <Palette onClose={() => setPalette(false)} />
        </Suspense>
      )}
    </DraftScope>
  );
}
