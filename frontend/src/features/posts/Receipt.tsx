import { Button, Group } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account, Delivery } from '@/api/types';
import { atHandle } from '@/parts/accountName';
import { PlatformBadge } from '@/ui/PlatformBadge';
import { StatusPill } from '@/ui/StatusPill';
import { TimeText } from '@/ui/TimeText';
import { Decided } from './Decided';
import { Figures } from './Figures';
import { Ledger } from './Ledger';
import { duration } from './polling';
import classes from './Receipt.module.css';
import { Shortfalls } from './Shortfalls';
import { TakeDown } from './TakeDown';
import { TakenDown } from './TakenDown';
import { Trouble } from './Trouble';

interface Props {
  postId: string;
  delivery: Delivery;
  /** Missing when it was disconnected since. */
  account: Account | undefined;
  zone: string;
  /** The role may send again, say that it is there, and take it down. */
  canDecide: boolean;
  /** What is under way with this delivery. */
  busy: 'retry' | 'takeDown' | null;
  onRetry: () => void;
  onTakeDown: () => void;
  /** Throws what a form shows. */
  onConfirm: (url?: string) => Promise<void>;
}

/** Keeps the focus in the receipt when the buttons that decided its fate are gone. */
function useFocusAfterDecision({ state, taken_down }: Delivery) {
  const receipt = useRef<HTMLLIElement>(null);
  const down = taken_down !== null;
  const before = useRef({ state, down });
  useEffect(() => {
    const decided = before.current.state === 'unknown' && state !== 'unknown';
    const gone = !before.current.down && down;
    before.current = { state, down };
    if ((decided || gone) && document.activeElement === document.body) receipt.current?.focus();
  }, [state, down]);
  return receipt;
}

/** What became of a post at one account. */
export function Receipt({
  postId,
  delivery,
  account,
  zone,
  canDecide,
  busy,
  onRetry,
  onTakeDown,
  onConfirm,
}: Props) {
  const { t } = useTranslation('posts');
  const { platform, state, due_at, published_at, late, late_ms, permalink, next_attempt_at, overdue } =
    delivery;
  const down = delivery.taken_down !== null;
  // What only a person confirmed has no name that its network could be asked by.
  const there = state === 'published' && !down && delivery.remote_id !== null;
  const connected = account && account.status !== 'disconnected' ? account : undefined;
  const receipt = useFocusAfterDecision(delivery);
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
        <StatusPill status={down ? 'taken_down' : state} />
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
      <TakenDown delivery={delivery} zone={zone} />
      {(permalink || there) && (
        <Group gap="xs">
          {permalink && (
            <Button
              component="a"
              href={permalink}
              target="_blank"
              rel="noreferrer"
              size="xs"
              variant="default"
              rightSection={<IconExternalLink size={14} stroke={1.8} aria-hidden />}
            >
              {platform === 'page' ? t('receipts.openPage') : t('receipts.open', { network })}
            </Button>
          )}
          {there && canDecide && connected?.can_take_down && (
            <TakeDown
              delivery={delivery}
              account={connected}
              busy={busy === 'takeDown'}
              onTakeDown={onTakeDown}
            />
          )}
        </Group>
      )}
      <Shortfalls delivery={delivery} />
      <Trouble
        delivery={delivery}
        account={account}
        zone={zone}
        canDecide={canDecide}
        busy={busy === 'retry'}
        onRetry={onRetry}
        onConfirm={onConfirm}
      />
      {there && connected?.tells_figures && <Figures postId={postId} delivery={delivery} zone={zone} />}
      <Ledger attempts={delivery.attempts} zone={zone} />
    </li>
  );
}
