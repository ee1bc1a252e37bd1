import { Button, Group } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Account, Delivery } from '@/api/types';
import { formatTime, zoneCity } from '@/ui/time';
import { duration } from './polling';
import classes from './Trouble.module.css';
import { Unknown } from './Unknown';

/** Classes of error that only a new connection ends. */
const NEEDS_ACCOUNT = ['revoked', 'token_expired'];

interface Props {
  delivery: Delivery;
  account: Account | undefined;
  zone: string;
  canDecide: boolean;
  busy: boolean;
  onRetry: () => void;
  onConfirm: (url?: string) => Promise<void>;
}

/** Why a delivery is not out, in the network's words, and what to do about it. */
export function Trouble({ delivery, account, zone, canDecide, busy, onRetry, onConfirm }: Props) {
  const { t } = useTranslation('posts');
  const { platform, state, error, overdue } = delivery;
  if (state === 'unknown') {
    return (
      <Unknown
        delivery={delivery}
        account={account}
        canDecide={canDecide}
        busy={busy}
        onRetry={onRetry}
        onConfirm={onConfirm}
      />
    );
  }
  if (state === 'published' || (!error && !overdue)) return null;
  const network = t(`platform.${platform}`, { ns: 'common' });
  return (
    <div className={classes.trouble} data-tone={state === 'failed' ? 'bad' : 'warn'}>
      {overdue && <Overdue delivery={delivery} network={network} zone={zone} />}
      {error?.message && (
        <p>
          <span className={classes.said}>{t('receipts.said', { network })}:</span>{' '}
          <q dir="auto">{error.message}</q>
        </p>
      )}
      {error?.advice && !overdue && <p>{error.advice}</p>}
      {state === 'failed' && error && canDecide && (
        <Group gap="xs">
          {NEEDS_ACCOUNT.includes(error.class) && (
            <Button component={Link} to="/accounts" size="xs" variant="default">
              {t('receipts.reconnect')}
            </Button>
          )}
          <Button size="xs" variant="default" loading={busy} onClick={onRetry}>
            {t('receipts.retry')}
          </Button>
        </Group>
      )}
    </div>
  );
}

/** That it should be out by now, and that somebody is still on it. */
function Overdue({ delivery, network, zone }: { delivery: Delivery; network: string; zone: string }) {
  const { t } = useTranslation('posts');
  const { due_at, next_attempt_at } = delivery;
  const time = duration(Math.max(0, Date.now() - Date.parse(due_at)));
  return (
    <>
      <p>
        <strong>{t('overdue.title', { time })}</strong>
      </p>
      <p>
        {next_attempt_at
          ? t('overdue.next', { network, at: `${formatTime(next_attempt_at, zone)} ${zoneCity(zone)}` })
          : t('overdue.now', { network })}
      </p>
    </>
  );
}
