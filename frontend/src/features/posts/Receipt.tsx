import { Button } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account, Delivery } from '@/api/types';
import { atHandle } from '@/parts/accountName';
import { PlatformBadge } from '@/ui/PlatformBadge';
import { StatusPill } from '@/ui/StatusPill';
import { TimeText } from '@/ui/TimeText';
import { Decided } from './Decided';
import { Ledger } from './Ledger';
import { duration } from './polling';
import classes from './Receipt.module.css';
import { Trouble } from './Trouble';

interface Props {
  delivery: Delivery;
  /** Missing when it was disconnected since. */
  account: Account | undefined;
  zone: string;
  /** The role may send again, and say that it is there. */
  canDecide: boolean;
  busy: boolean;
  onRetry: () => void;
  /** Throws what a form shows. */
  onConfirm: (url?: string) => Promise<void>;
}

/** Keeps the focus in the receipt when the buttons that decided its fate are gone. */
function useFocusAfterDecision(state: Delivery['state']) {
  const receipt = useRef<HTMLLIElement>(null);
  const before = useRef(state);
  useEffect(() => {
    const decided = before.current === 'unknown' && state !== 'unknown';
    before.current = state;
    if (decided && document.activeElement === document.body) receipt.current?.focus();
  }, [state]);
  return receipt;
}

/** What became of a post at one account. */
export function Receipt({ delivery, account, zone, canDecide, busy, onRetry, onConfirm }: Props) {
  const { t } = useTranslation('posts');
  const { platform, state, due_at, published_at, late, late_ms, permalink, next_attempt_at, overdue } =
    delivery;
  const receipt = useFocusAfterDecision(state);
  const network = t(`platform.${platform}`, { ns: 'common' });
  const handle = account ? atHandle(account) : t('receipts.disconnected');
  const after = late_ms == null ? null : duration(late_ms);
  return (
    <li ref={receipt} tabIndex={-1} className={classes.receipt} aria-label={`${network}, ${handle}`}>
      <div className={classes.head}>
        <PlatformBadge platform={platform} size={28} decorative />
        <div className={classes.who}>
          <strong>{network}</strong>
          <span className={classes.handle}>{handle}</span>
        </div>
        <StatusPill status={state} />
      </div>
      <dl className={classes.facts}>
        <div>
          <dt>{t('receipts.due')}</dt>
          <dd>
            <TimeText at={due_at} zone={zone} />
          </dd>
        </div>
        {published_at && (
          <div>
            <dt>{t('receipts.out')}</dt>
            <dd>
              <TimeText at={published_at} zone={zone} />
              {after && (
                <span className={classes.after} data-late={late || undefined}>
                  {late ? t('receipts.late', { time: after }) : t('receipts.after', { time: after })}
                </span>
              )}
            </dd>
          </div>
        )}
        {(state === 'retrying' || state === 'pending') && next_attempt_at && !overdue && (
          <div>
            <dt>{t('receipts.next')}</dt>
            <dd>
              <TimeText at={next_attempt_at} zone={zone} />
            </dd>
          </div>
        )}
      </dl>
      <Decided delivery={delivery} zone={zone} />
      {permalink && (
        <Button
          component="a"
          href={permalink}
          target="_blank"
          rel="noreferrer"
          size="xs"
          variant="default"
          className={classes.link}
          rightSection={<IconExternalLink size={14} stroke={1.8} aria-hidden />}
        >
          {platform === 'page' ? t('receipts.openPage') : t('receipts.open', { network })}
        </Button>
      )}
      <Trouble
        delivery={delivery}
        account={account}
        zone={zone}
        canDecide={canDecide}
        busy={busy}
        onRetry={onRetry}
        onConfirm={onConfirm}
      />
      <Ledger attempts={delivery.attempts} zone={zone} />
    </li>
  );
}
