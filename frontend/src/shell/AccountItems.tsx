import { Button, SegmentedControl, useMantineColorScheme } from '@mantine/core';
import { IconLogout } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/api/me';
import { signOut } from '@/api/session';
import { SCHEMES, type Scheme } from './schemes';

/** The user menu laid out flat, for the phone's sheet. */
export function AccountItems() {
  const { t } = useTranslation();
  const me = useMe();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <>
      <SegmentedControl
        fullWidth
        my={8}
        aria-label={t('theme.label')}
        value={colorScheme}
        onChange={(value) => setColorScheme(value as Scheme)}
        data={SCHEMES.map((value) => ({ value, label: t(`theme.${value}`) }))}
      />
      <Button
        variant="default"
        leftSection={<IconLogout size={18} stroke={1.6} />}
        onClick={() => void signOut()}
        title={me.email}
      >
        {t('user.signOutOf', { name: me.name })}
      </Button>
    </>
  );
}
