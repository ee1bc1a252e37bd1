import { Anchor, Button, Group } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asProblem } from '@/api/problem';
import type { Org } from '@/api/types';
import { FormProblem } from '@/ui/FormProblem';
import { PlatformBadge } from '@/ui/PlatformBadge';
import classes from './WelcomePage.module.css';

/** One click gives the new organization a place to publish; the other networks can wait. */
export function ConnectStep({ org }: { org: Org }) {
  const { t } = useTranslation('onboarding');
  const title = useRef<HTMLHeadingElement>(null);
  const connect = api.useMutation('post', '/api/accounts/connect/page', { meta: { handlesError: true } });
  useEffect(() => title.current?.focus(), []);

  return (
    <>
      <h1 className={classes.title} ref={title} tabIndex={-1}>
        {connect.isSuccess ? t('connect.done') : t('connect.title')}
      </h1>
      <p className={classes.lead}>{connect.isSuccess ? t('connect.doneLead') : t('connect.lead')}</p>
      <div className={classes.card}>
        <PlatformBadge platform="page" size={40} decorative />
        <div className={classes.cardWords}>
          <strong>{org.name}</strong>
          <span className={classes.address}>
            {location.host}/p/{org.slug}
          </span>
        </div>
        {connect.isSuccess ? (
          <span className={classes.done} role="status">
            <IconCircleCheck size={20} stroke={1.8} aria-hidden /> {t('connect.connected')}
          </span>
        ) : (
          <Button onClick={() => connect.mutate({ body: {} })} loading={connect.isPending}>
            {t('connect.action')}
          </Button>
        )}
      </div>
      <FormProblem problem={connect.error ? asProblem(connect.error) : null} />
      <Group gap="xs" mt="lg">
        {connect.isSuccess ? (
          <>
            <Button component={Link} to="/posts/new" size="md">
              {t('connect.write')}
            </Button>
            <Button component={Link} to="/accounts" variant="default" size="md">
              {t('connect.more')}
            </Button>
          </>
        ) : (
          <Anchor component={Link} to="/calendar" underline="always">
            {t('connect.later')}
          </Anchor>
        )}
      </Group>
    </>
  );
}
