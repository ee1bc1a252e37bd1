import { Skeleton, Title } from '@mantine/core';
import type { Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { useNetworks } from '@/api/networks';
import { ErrorState } from '@/ui/ErrorState';
import classes from './ConnectCards.module.css';
import { type CardActions, NetworkCard } from './NetworkCard';
import { NotConfigured } from './NotConfigured';

interface Props extends CardActions {
  ref?: Ref<HTMLElement>;
  hasPage: boolean;
}

/** One card per network, with what it takes to connect it; below, those that the operator has yet to set up. */
export function ConnectCards({ ref, hasPage, ...actions }: Props) {
  const { t } = useTranslation('accounts');
  const { data, isPending, error, refetch } = useNetworks();
  const networks = data?.networks.filter(({ platform }) => platform !== 'page' || !hasPage) ?? [];
  const ready = networks.filter(
    ({ connect, ways }) => connect !== 'consent' || ways.some(({ configured }) => configured),
  );
  const waiting = networks.filter((network) => !ready.includes(network));
  return (
    <section ref={ref} className={classes.section} aria-labelledby="connect-title">
      <Title order={2} id="connect-title" mb="sm">
        {t('connect.title')}
      </Title>
      {isPending && (
        <div className={classes.cards} aria-busy="true">
          {['a', 'b', 'c'].map((key) => (
            <Skeleton key={key} height={176} radius="lg" />
          ))}
        </div>
      )}
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      {ready.length > 0 && (
        <ul className={classes.cards} aria-label={t('connect.ready')}>
          {ready.map((network) => (
            <NetworkCard key={network.platform} network={network} {...actions} />
          ))}
        </ul>
      )}
      {waiting.length > 0 && <NotConfigured networks={waiting} />}
    </section>
  );
}
