import { useTranslation } from 'react-i18next';
import type { Delivery } from '@/api/types';
import { formatTime } from '@/ui/time';
import classes from './Ledger.module.css';
import { duration } from './polling';

type Attempt = Delivery['attempts'][number];

const OUTCOMES = [
  'published',
  'rate_limited',
  'token_expired',
  'revoked',
  'rejected',
  'transient',
  'ambiguous',
  'interrupted',
] as const;

function took({ started_at, ended_at }: Attempt): string {
  return ended_at ? duration(Math.max(0, Date.parse(ended_at) - Date.parse(started_at))) : '';
}

/** Every try of one delivery, for who wants to know exactly. */
export function Ledger({ attempts, zone }: { attempts: Attempt[]; zone: string }) {
  const { t } = useTranslation('posts');
  if (attempts.length === 0) return null;
  const outcome = ({ outcome: name }: Attempt) => {
    const known = OUTCOMES.find((each) => each === name);
    return known ? t(`ledger.outcomes.${known}`) : t('ledger.running');
  };
  return (
    <details className={classes.ledger}>
      <summary>{t('ledger.title', { count: attempts.length })}</summary>
      <ol className={classes.list}>
        {attempts.map((attempt) => (
          <li key={attempt.number}>
            <span className={classes.facts}>
              <strong>{outcome(attempt)}</strong>
              <time dateTime={attempt.started_at} title={zone}>
                {formatTime(attempt.started_at, zone)}
              </time>
              {took(attempt)}
            </span>
            {attempt.detail && (
              <span className={classes.detail} dir="auto">
                {attempt.detail}
              </span>
            )}
          </li>
        ))}
      </ol>
    </details>
  );
}
