import { Menu, UnstyledButton } from '@mantine/core';
import { IconCheck, IconPlus, IconSelector } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useOrg } from '@/api/me';
import { Monogram } from '@/ui/Mark';
import classes from './OrgSwitcher.module.css';
import { useSwitchOrg } from './useSwitchOrg';

/** The active organization, and the way into another one. */
export function OrgSwitcher() {
  const { t } = useTranslation();
  const org = useOrg();
  const navigate = useNavigate();
  const [opened, setOpened] = useState(false);
  const orgs = api.useQuery('get', '/api/orgs', undefined, { enabled: opened });
  const { switchTo, switching } = useSwitchOrg();

  return (
    <Menu opened={opened} onChange={setOpened} width={264} position="bottom-start">
      <Menu.Target>
        <UnstyledButton
          className={classes.button}
          aria-label={t('org.switch', { name: org.name })}
          aria-busy={switching}
        >
          <Monogram name={org.name} />
          <span className={classes.words}>
            <span className={classes.name}>{org.name}</span>
            <span className={classes.role}>{t(`role.${org.role}`)}</span>
          </span>
          <IconSelector size={16} stroke={1.6} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('org.yours')}</Menu.Label>
        {orgs.isPending && <Menu.Item disabled>{t('loading')}</Menu.Item>}
        {orgs.isError && <Menu.Item onClick={() => orgs.refetch()}>{t('org.failed')}</Menu.Item>}
        {orgs.data?.items.map((each) => (
          <Menu.Item
            key={each.id}
            leftSection={<Monogram name={each.name} size={24} />}
            rightSection={
              each.id === org.id ? <IconCheck size={16} aria-label={t('org.active')} /> : undefined
            }
            onClick={() => each.id !== org.id && switchTo(each)}
          >
            {each.name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconPlus size={18} stroke={1.6} />}
          onClick={() => navigate({ to: '/welcome' })}
        >
          {t('org.create')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
