import { UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconDots } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './BottomBar.module.css';
import { BAR_LENGTH, DESTINATIONS } from './navigation';

const MoreSheet = lazy(() => import('./MoreSheet'));

/** The phone's navigation: the pages of every day at the thumb, the rest in a sheet. */
export function BottomBar({ onPalette }: { onPalette: () => void }) {
  const { t } = useTranslation();
  const [opened, sheet] = useDisclosure();
  // Once loaded the sheet stays, so that closing can be seen.
  const [loaded, setLoaded] = useState(false);
  const open = () => {
    setLoaded(true);
    sheet.open();
  };
  return (
    <>
      <nav className={classes.bar} aria-label={t('nav.pages')}>
        {DESTINATIONS.slice(0, BAR_LENGTH).map(({ to, key, icon: Icon }) => (
          <Link key={to} to={to} className={classes.item}>
            <Icon size={22} stroke={1.6} aria-hidden />
            {t(`nav.${key}`)}
          </Link>
        ))}
        <UnstyledButton className={classes.item} onClick={open} aria-haspopup="dialog">
          <IconDots size={22} stroke={1.6} aria-hidden />
          {t('nav.more')}
        </UnstyledButton>
      </nav>
      {loaded && (
        <Suspense>
          <MoreSheet opened={opened} onClose={sheet.close} onPalette={onPalette} />
        </Suspense>
      )}
    </>
  );
}
