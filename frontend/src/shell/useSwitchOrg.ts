import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { client } from '@/api/client';
import { meQuery } from '@/api/me';
import { renewClaims } from '@/api/session';

/** Acts in another organization from now on: tells the server, renews the tokens, drops all cached data. */
export function useSwitchOrg() {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const activation = useMutation({
    mutationFn: async ({ id }: { id: string }) => {
      await client.POST('/api/orgs/{id}/activate', { params: { path: { id } } });
      await renewClaims();
      const me = await queries.fetchQuery({ ...meQuery, staleTime: 0 });
      return me;
    },
    onSuccess: async (me) => {
      await navigate({ to: '/calendar' });
      queries.removeQueries({ type: 'inactive' });
      queries.setQueryData(meQuery.queryKey, me);
      await queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] !== meQuery.queryKey[1] });
    },
  });
  return { switchTo: activation.mutate, switching: activation.isPending };
}
