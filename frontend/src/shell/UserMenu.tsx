import { Menu, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { IconDots, IconLogout } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/api/me';
import { signOut } from '@/api/session';
import { Monogram } from '@/ui/Mark';
import classes from './OrgSwitcher.module.css';
import { SCHEMES, type Scheme } from './schemes';

/** Who is signed in: theme and sign-out. */
export function UserMenu() {
  const { t } = useTranslation();
  const me = useMe();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu width={248} position="top-start">
      <Menu.Target>
        <UnstyledButton className={classes.button} aria-label={t('user.menu', { name: me.name })}>
          <Monogram name={me.name} round />
          <span className={classes.words}>
            <span className={classes.name}>{me.name}</span>
            <span className={classes.role}>{me.email}</span>
          </span>
          <IconDots size={16} stroke={1.6} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup value={colorScheme} onChange={(value) => setColorScheme(value as Scheme)}>
          {SCHEMES.map((scheme) => (
            <Menu.RadioItem key={scheme} value={scheme}>
              {t('palette.theme', { theme: t(`theme.${scheme}`) })}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={18} stroke={1.6} />} onClick={() => void signOut()}>
          {t('user.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
