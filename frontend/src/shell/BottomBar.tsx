import { Drawer, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconDots } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { AccountItems } from './AccountItems';
import classes from './BottomBar.module.css';
import { NavLinks } from './NavLinks';
import { BAR_LENGTH, DESTINATIONS } from './navigation';
import { PaletteButton } from './PaletteButton';

/** The phone's navigation: the pages of every day at the thumb, the rest in a sheet. */
export function BottomBar({ onPalette }: { onPalette: () => void }) {
  const { t } = useTranslation();
  const [opened, sheet] = useDisclosure();
  const openPalette = () => {
    sheet.close();
    onPalette();
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
        <UnstyledButton className={classes.item} onClick={sheet.open} aria-haspopup="dialog">
          <IconDots size={22} stroke={1.6} aria-hidden />
          {t('nav.more')}
        </UnstyledButton>
      </nav>
      <Drawer
        opened={opened}
        onClose={sheet.close}
        position="bottom"
        size={400}
        title={t('nav.menu')}
        closeButtonProps={{ 'aria-label': t('action.close') }}
      >
        <NavLinks from={BAR_LENGTH} onFollow={sheet.close} />
        <div className={classes.foot}>
          <PaletteButton onOpen={openPalette} />
          <AccountItems />
        </div>
      </Drawer>
    </>
  );
}
