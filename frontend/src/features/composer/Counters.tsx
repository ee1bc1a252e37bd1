import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account } from '@/api/types';
import { shortName } from '@/parts/accountName';
import { type Count, count, type Rule, remaining } from '@/parts/rules';
import { PlatformBadge } from '@/ui/PlatformBadge';
import classes from './Counters.module.css';

interface Counted {
  account: Account;
  counted: Count;
}

/** One counter per account; accounts of one network with the same limit and text share one. */
function counts(accounts: Account[], textOf: TextOf, ruleOf: RuleOf): Counted[] {
  const found = new Map<string, Counted>();
  for (const account of accounts) {
    const rule = ruleOf(account);
    // A form that shows no text has nothing to count.
    if (rule.text_max === 0) continue;
    const text = textOf(account.id);
    const counted = count(rule, text);
    const key = [account.platform, counted.limit, counted.used, text].join(' ');
    if (!found.has(key)) found.set(key, { account, counted });
  }
  return [...found.values()];
}

type TextOf = (account: string) => string;
type RuleOf = (account: Account) => Rule;

interface Props {
  accounts: Account[];
  /** What an account gets. */
  textOf: TextOf;
  /** What it takes. */
  ruleOf: RuleOf;
}

/** How much of each network's room a text takes, while it is written. */
export function Counters({ accounts, textOf, ruleOf }: Props) {
  const { t } = useTranslation('composer');
  const all = useMemo(() => counts(accounts, textOf, ruleOf), [accounts, textOf, ruleOf]);
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
