import { UnstyledButton } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './PaletteButton.module.css';

/** Opens the command palette and teaches its key. */
export function PaletteButton({ onOpen }: { onOpen: () => void }) {
  const { t } = useTranslation();
  const apple = /Mac|iPhone|iPad/.test(navigator.userAgent);
  return (
    <UnstyledButton className={classes.button} onClick={onOpen} aria-keyshortcuts="Control+K Meta+K">
      <IconSearch size={18} stroke={1.6} aria-hidden />
      <span className={classes.label}>{t('palette.open')}</span>
      <kbd className={classes.key}>{apple ? '⌘K' : 'Ctrl K'}</kbd>
    </UnstyledButton>
  );
}
