import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { addressOf } from '@/api/accounts';
import { api } from '@/api/client';
import { notifyDone } from '@/shell/notify';

/** Connects the organization's own public page, which needs no outside account. */
export function useConnectPage() {
  const { t } = useTranslation('accounts');
  const queries = useQueryClient();
  return api.useMutation('post', '/api/accounts/connect/page', {
    onSuccess: async (account) => {
      await queries.invalidateQueries({ queryKey: ['get', '/api/accounts'] });
      notifyDone(t('connected', { handle: addressOf(account) }));
    },
  });
}
