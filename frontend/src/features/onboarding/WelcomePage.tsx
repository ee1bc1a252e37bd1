import { Anchor, Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { meQuery } from '@/api/me';
import { signOut } from '@/api/session';
import type { Org } from '@/api/types';
import { ErrorState } from '@/ui/ErrorState';
import { ProductMark } from '@/ui/Mark';
import { FormSkeleton } from '@/ui/Skeletons';
import { ConnectStep } from './ConnectStep';
import { OrgForm } from './OrgForm';
import classes from './WelcomePage.module.css';

/** The first minute: an organization, then its page. Also how a further organization is made. */
export default function WelcomePage() {
  const { t } = useTranslation('onboarding');
  const me = useQuery(meQuery);
  const [created, setCreated] = useState<Org | null>(null);

  return (
    <div className={classes.page}>
      <title>{t('title')}</title>
      <header className={classes.top}>
        <span className={classes.brand}>
          <ProductMark size={28} />
          Atelier
        </span>
        {me.data?.org && !created ? (
          <Button component={Link} to="/calendar" variant="subtle" color="gray">
            {t('back', { name: me.data.org.name })}
          </Button>
        ) : (
          <Button variant="subtle" color="gray" onClick={() => void signOut()}>
            {t('user.signOut', { ns: 'common' })}
          </Button>
        )}
      </header>
      <main className={classes.main}>
        <p className={classes.step}>{t('step', { current: created ? 2 : 1, of: 2 })}</p>
        {created ? (
          <ConnectStep org={created} />
        ) : (
          <>
            <h1 className={classes.title}>
              {me.data?.name && !me.data.org ? t('hello', { name: me.data.name.split(' ')[0] }) : t('create')}
            </h1>
            <p className={classes.lead}>{t('lead')}</p>
            {me.isPending && <FormSkeleton fields={3} />}
            {me.isError && !me.data && <ErrorState error={me.error} onRetry={() => me.refetch()} />}
            {me.data && <OrgForm userId={me.data.user_id} onCreated={setCreated} />}
            {me.data && !me.data.org && (
              <p className={classes.aside}>
                {t('invited', { email: me.data.email })}{' '}
                <Anchor inherit underline="always" component="button" onClick={() => location.reload()}>
                  {t('checkAgain')}
                </Anchor>
              </p>
            )}
          </>
        )}
      </main>
    </div>
  );
}
