import { Button, Group } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account, Delivery } from '@/api/types';
import { atHandle } from '@/parts/accountName';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import classes from './Trouble.module.css';

/** Classes of error that only a new connection ends. */
const NEEDS_ACCOUNT = ['revoked', 'token_expired'];

interface Props {
  delivery: Delivery;
  account: Account | undefined;
  canRetry: boolean;
  busy: boolean;
  onRetry: () => void;
}

/** Why a delivery is not out, in the network's words, and what to do about it. */
export function Trouble({ delivery, account, canRetry, busy, onRetry }: Props) {
  const { t } = useTranslation('posts');
  const { platform, state, error } = delivery;
  if (state === 'unknown') {
    return (
      <Unknown delivery={delivery} account={account} canRetry={canRetry} busy={busy} onRetry={onRetry} />
    );
  }
  if (!error || state === 'published') return null;
  const network = t(`platform.${platform}`, { ns: 'common' });
  return (
    <div className={classes.trouble} data-tone={state === 'failed' ? 'bad' : 'warn'}>
      <p>
        <span className={classes.said}>{t('receipts.said', { network })}:</span>{' '}
        <q dir="auto">{error.message}</q>
      </p>
      {error.advice && <p>{error.advice}</p>}
      {state === 'failed' && canRetry && (
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

/** The answer was lost: two ways out, both explained, and neither taken for the person. */
function Unknown({ delivery, account, canRetry, busy, onRetry }: Props) {
  const { t } = useTranslation('posts');
  const [asking, setAsking] = useState(false);
  const network = t(`platform.${delivery.platform}`, { ns: 'common' });
  const handle = account ? atHandle(account) : network;
  return (
    <div className={classes.trouble} data-tone="warn">
      <p>
        <strong>{t('receipts.unknownTitle')}</strong>
      </p>
      <p>{t('receipts.unknownText', { network })}</p>
      {delivery.error && (
        <p>
          <span className={classes.said}>{t('receipts.said', { network })}:</span>{' '}
          <q dir="auto">{delivery.error.message}</q>
        </p>
      )}
      <ul>
        <li>{t('receipts.unknownThere')}</li>
        <li>{t('receipts.unknownMissing')}</li>
      </ul>
      <Group gap="xs">
        {account?.url && (
          <Button
            component="a"
            href={account.url}
            target="_blank"
            rel="noreferrer"
            size="xs"
            variant="default"
          >
            {t('receipts.look', { account: handle })}
          </Button>
        )}
        {canRetry && (
          <Button size="xs" variant="default" loading={busy} onClick={() => setAsking(true)}>
            {t('receipts.retryUnknown')}
          </Button>
        )}
      </Group>
      <ConfirmDialog
        opened={asking}
        title={t('receipts.confirmTitle', { network })}
        confirmLabel={t('receipts.confirm')}
        onClose={() => setAsking(false)}
        onConfirm={() => {
          setAsking(false);
          onRetry();
        }}
      >
        {t('receipts.confirmText', { account: handle })}
      </ConfirmDialog>
    </div>
  );
}
