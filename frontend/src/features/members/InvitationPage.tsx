import { Button, Group } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { client } from '@/api/client';
import { meQuery } from '@/api/me';
import { asProblem } from '@/api/problem';
import { renewClaims, signIn, useSession } from '@/api/session';
import { CenteredPage } from '@/ui/CenteredPage';
import { FormProblem } from '@/ui/FormProblem';

const route = getRouteApi('/invitation');

/** Where the link of an invitation mail leads: signs in if need be, then joins. */
export default function InvitationPage() {
  const { t } = useTranslation('members');
  const { token } = route.useSearch();
  const signedIn = useSession() === 'signed-in';
  if (!token) {
    return <CenteredPage title={t('accept.incomplete')}>{t('accept.incompleteText')}</CenteredPage>;
  }
  if (!signedIn) {
    return (
      <CenteredPage title={t('accept.title')}>
        {t('accept.signIn')}
        <Group justify="center" gap="xs" mt="lg">
          <Button onClick={() => void signIn({ signUp: true })}>{t('accept.create')}</Button>
          <Button variant="default" onClick={() => void signIn()}>
            {t('accept.have')}
          </Button>
        </Group>
      </CenteredPage>
    );
  }
  return <Accept token={token} />;
}

function Accept({ token }: { token: string }) {
  const { t } = useTranslation('members');
  const me = useQuery(meQuery);
  const accept = useMutation({
    meta: { handlesError: true },
    mutationFn: async () => {
      const { data } = await client.POST('/api/invitations/accept', { body: { token } });
      if (data) await client.POST('/api/orgs/{id}/activate', { params: { path: { id: data.org_id } } });
      await renewClaims();
    },
    // The whole page begins anew in the organization just joined.
    onSuccess: () => location.assign('/calendar'),
  });
  const failure = accept.error ?? me.error;
  return (
    <CenteredPage title={t('accept.title')}>
      {me.data
        ? t('accept.as', { name: me.data.name, email: me.data.email })
        : t('loading', { ns: 'common' })}
      <Group justify="center" mt="lg" mb="md">
        <Button
          onClick={() => accept.mutate()}
          loading={accept.isPending || accept.isSuccess}
          disabled={!me.data}
        >
          {t('accept.join')}
        </Button>
      </Group>
      <FormProblem problem={failure ? asProblem(failure) : null} />
    </CenteredPage>
  );
}
