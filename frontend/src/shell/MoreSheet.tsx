import { Drawer } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { AccountItems } from './AccountItems';
import classes from './BottomBar.module.css';
import { NavLinks } from './NavLinks';
import { BAR_LENGTH } from './navigation';
import { PaletteButton } from './PaletteButton';

interface Props {
  opened: boolean;
  onClose: () => void;
  onPalette: () => void;
}

/** The pages the bottom bar has no room for, the palette, the theme and the way out. */
export default function MoreSheet({ opened, onClose, onPalette }: Props) {
  const { t } = useTranslation();
  const openPalette = () => {
    onClose();
    onPalette();
  };
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="bottom"
      size={400}
      title={t('nav.menu')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <NavLinks from={BAR_LENGTH} onFollow={onClose} />
      <div className={classes.foot}>
        <PaletteButton onOpen={openPalette} />
        <AccountItems />
      </div>
    </Drawer>
  );
}
