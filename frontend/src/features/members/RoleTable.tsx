import { Table, Title } from '@mantine/core';
import { IconCheck, IconMinus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { can, type Permission } from '@/api/me';
import classes from './MembersPage.module.css';
import { ROLES } from './roles';

const PERMISSIONS: Permission[] = [
  'posts.write',
  'posts.publish',
  'accounts.manage',
  'members.manage',
  'org.edit',
  'audit.read',
];

/** What each role may do, from the same table that shows and hides the page's actions. */
export function RoleTable() {
  const { t } = useTranslation(['members', 'common']);
  return (
    <section className={classes.section} aria-labelledby="roles-title">
      <Title order={2} id="roles-title" mb="sm">
        {t('roles.title')}
      </Title>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset groups inputs, this groups a table */}
      <div className={classes.scroller} tabIndex={0} role="group" aria-labelledby="roles-title">
        <Table miw={560} verticalSpacing="xs" horizontalSpacing="md">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{t('roles.may')}</Table.Th>
              {ROLES.map((role) => (
                <Table.Th key={role} scope="col" ta="center">
                  {t(`common:role.${role}`)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {PERMISSIONS.map((permission) => (
              <Table.Tr key={permission}>
                <Table.Th scope="row" fw={400}>
                  {t(`permission.${permission}`)}
                </Table.Th>
                {ROLES.map((role) => (
                  <Table.Td key={role} ta="center">
                    {can(role, permission) ? (
                      <IconCheck size={18} stroke={2} role="img" aria-label={t('roles.yes')} />
                    ) : (
                      <IconMinus size={16} stroke={1.4} opacity={0.5} role="img" aria-label={t('roles.no')} />
                    )}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </section>
  );
}
