import { Button, Group } from '@mantine/core';
import { IconPlugConnected } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useCan } from '@/api/me';
import { EmptyState } from '@/ui/EmptyState';
import { PageHeader } from '@/ui/PageHeader';

/** Before there is any account to write for: the public page is one click away. */
export function ConnectFirst() {
  const { t } = useTranslation('composer');
  const queries = useQueryClient();
  const mayManage = useCan('accounts.manage');
  const connect = api.useMutation('post', '/api/accounts/connect/page', {
    onSuccess: () => queries.invalidateQueries({ queryKey: ['get', '/api/accounts'] }),
  });
  return (
    <>
      <PageHeader title={t('title')} />
      <EmptyState
        icon={<IconPlugConnected size={24} stroke={1.6} />}
        title={t('connect.title')}
        action={
          mayManage && (
            <Group gap="xs" justify="center">
              <Button loading={connect.isPending} onClick={() => connect.mutate({ body: {} })}>
                {t('connect.page')}
              </Button>
              <Button component={Link} to="/accounts" variant="default">
                {t('connect.other')}
              </Button>
            </Group>
          )
        }
      >
        {t(mayManage ? 'connect.text' : 'connect.ask')}
      </EmptyState>
    </>
  );
}
