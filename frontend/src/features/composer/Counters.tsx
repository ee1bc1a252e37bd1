import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account } from '@/api/types';
import { shortName } from '@/parts/accountName';
import { type Count, count, remaining, ruleFor } from '@/parts/rules';
import { PlatformBadge } from '@/ui/PlatformBadge';
import classes from './Counters.module.css';
import { type Composition, textAt } from './composition';

interface Counted {
  account: Account;
  counted: Count;
}

/** One counter per account; accounts of one network with the same limit and text share one. */
function counts(composition: Composition, accounts: Account[]): Counted[] {
  const found = new Map<string, Counted>();
  for (const account of accounts) {
    const text = textAt(composition, account.id);
    const counted = count(ruleFor(account.platform, account.limits), text);
    const key = [account.platform, counted.limit, counted.used, text].join(' ');
    if (!found.has(key)) found.set(key, { account, counted });
  }
  return [...found.values()];
}

/** How much of each network's room the text takes, while it is written. */
export function Counters({ composition, accounts }: { composition: Composition; accounts: Account[] }) {
  const { t } = useTranslation('composer');
  const all = useMemo(() => counts(composition, accounts), [composition, accounts]);
  if (all.length === 0) return null;
  return (
    <ul className={classes.counters} aria-label={t('counter.label')}>
      {all.map(({ account, counted }) => (
        <Counter key={account.id} account={account} counted={counted} accounts={accounts} />
      ))}
    </ul>
  );
}

function Counter({ account, counted, accounts }: Counted & { accounts: Account[] }) {
  const { t } = useTranslation('composer');
  const { left, unit } = remaining(counted);
  const name = { graphemes: ['left', 'over'], bytes: ['bytesLeft', 'bytesOver'] } as const;
  const words = t(`counter.${name[unit][left < 0 ? 1 : 0]}`, { count: Math.abs(left) });
  const { used, limit } = counted;
  const level = left < 0 ? 'over' : used / limit > 0.9 ? 'near' : 'fine';
  return (
    <li className={classes.counter} data-level={level}>
      <PlatformBadge platform={account.platform} size={16} decorative />
      <Ring part={unit === 'bytes' ? counted.bytes / (counted.bytesLimit ?? 1) : used / limit} />
      <span aria-hidden>{words}</span>
      <span className={classes.spoken}>
        {t('counter.of', { account: shortName(account, accounts), used, limit, left: words })}
      </span>
    </li>
  );
}

/** A ring that fills up. */
function Ring({ part }: { part: number }) {
  const length = 2 * Math.PI * 6;
  return (
    <svg className={classes.ring} width={16} height={16} viewBox="0 0 16 16" aria-hidden>
      <circle cx="8" cy="8" r="6" className={classes.track} />
      <circle
        cx="8"
        cy="8"
        r="6"
        className={classes.fill}
        strokeDasharray={`${Math.min(1, part) * length} ${length}`}
        transform="rotate(-90 8 8)"
      />
    </svg>
  );
}
