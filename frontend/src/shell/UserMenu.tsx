import { Menu, UnstyledButton } from '@mantine/core';
import { IconDots, IconLogout } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/api/me';
import { signOut } from '@/api/session';
import { Monogram } from '@/ui/Mark';
import classes from './OrgSwitcher.module.css';
import { ThemeSwitch } from './ThemeSwitch';

/** Who is signed in: theme and sign-out. */
export function UserMenu() {
  const { t } = useTranslation();
  const me = useMe();
  return (
    <Menu width={248} position="top-start">
      <Menu.Target>
        <UnstyledButton className={classes.button} aria-label={t('user.menu', { name: me.name })}>
          <Monogram name={me.name} round />
          <span className={classes.words}>
            <span className={classes.name}>{me.name}</span>
          </span>
          <IconDots size={16} stroke={1.6} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{me.email}</Menu.Label>
        <ThemeSwitch />
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={18} stroke={1.6} />} onClick={() => void signOut()}>
          {t('user.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
