import '@mantine/spotlight/styles.layer.css';
import { useMantineColorScheme } from '@mantine/core';
import { createSpotlight, Spotlight, type SpotlightActionData } from '@mantine/spotlight';
import {
  IconBuilding,
  IconDeviceDesktop,
  IconLogout,
  IconMailPlus,
  IconMoon,
  IconPencilPlus,
  IconPlugConnected,
  IconSearch,
  IconSun,
  IconTableImport,
  IconWorld,
} from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { can, useOrg } from '@/api/me';
import { signOut } from '@/api/session';
import { DESTINATIONS } from './navigation';
import { useSwitchOrg } from './useSwitchOrg';

const [store, spotlight] = createSpotlight();
const SIZE = { size: 18, stroke: 1.6 } as const;

/** Every page and action, found by typing. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const org = useOrg();
  const { setColorScheme } = useMantineColorScheme();
  const { switchTo } = useSwitchOrg();
  const orgs = api.useQuery('get', '/api/orgs');
  const may = (permission: Parameters<typeof can>[1]) => can(org.role, permission);
  useEffect(() => spotlight.open(), []);

  const go: SpotlightActionData[] = DESTINATIONS.filter((each) => !('needs' in each) || may(each.needs)).map(
    ({ to, key, icon: Icon }) => ({
      id: to,
      label: t(`nav.${key}`),
      leftSection: <Icon {...SIZE} />,
      onClick: () => void navigate({ to }),
    }),
  );
  const act: (SpotlightActionData | false)[] = [
    may('posts.write') && {
      id: 'new-post',
      label: t('nav.newPost'),
      leftSection: <IconPencilPlus {...SIZE} />,
      onClick: () => void navigate({ to: '/posts/new' }),
    },
    may('posts.write') && {
      id: 'import',
      label: t('palette.import'),
      leftSection: <IconTableImport {...SIZE} />,
      onClick: () => void navigate({ to: '/posts/import' }),
    },
    may('accounts.manage') && {
      id: 'connect',
      label: t('palette.connect'),
      leftSection: <IconPlugConnected {...SIZE} />,
      onClick: () => void navigate({ to: '/accounts', search: { connect: true } }),
    },
    may('members.manage') && {
      id: 'invite',
      label: t('palette.invite'),
      leftSection: <IconMailPlus {...SIZE} />,
      onClick: () => void navigate({ to: '/members', search: { invite: true } }),
    },
    {
      id: 'public-page',
      label: t('palette.publicPage'),
      leftSection: <IconWorld {...SIZE} />,
      onClick: () => void window.open(`/p/${org.slug}`, '_blank', 'noopener'),
    },
    ...(['light', 'dark', 'auto'] as const).map((scheme) => {
      const Icon = { light: IconSun, dark: IconMoon, auto: IconDeviceDesktop }[scheme];
      return {
        id: `theme-${scheme}`,
        label: t('palette.theme', { theme: t(`theme.${scheme}`) }),
        leftSection: <Icon {...SIZE} />,
        onClick: () => setColorScheme(scheme),
      };
    }),
    {
      id: 'sign-out',
      label: t('user.signOut'),
      leftSection: <IconLogout {...SIZE} />,
      onClick: () => void signOut(),
    },
  ];
  const others = (orgs.data?.items ?? []).filter((each) => each.id !== org.id);
  const switches: SpotlightActionData[] = others.map((each) => ({
    id: each.id,
    label: t('palette.switch', { name: each.name }),
    leftSection: <IconBuilding {...SIZE} />,
    onClick: () => switchTo(each),
  }));

  return (
    <Spotlight
      store={store}
      shortcut={null}
      onSpotlightClose={onClose}
      attributes={{ content: { 'aria-label': t('palette.open') } }}
      highlightQuery
      scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}
      nothingFound={t('palette.nothing')}
      searchProps={{
        leftSection: <IconSearch {...SIZE} />,
        placeholder: t('palette.placeholder'),
        'aria-label': t('palette.open'),
      }}
      actions={[
        { group: t('palette.goTo'), actions: go },
        { group: t('palette.do'), actions: act.filter((action) => action !== false) },
        ...(switches.length ? [{ group: t('org.yours'), actions: switches }] : []),
      ]}
    />
  );
}
