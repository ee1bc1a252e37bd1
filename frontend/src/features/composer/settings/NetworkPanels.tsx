import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account } from '@/api/types';
import { extrasFor } from '@/parts/networkRules';
import { type Composition, type Place, variant } from '../composition';
import { concerning, type Finding, hasErrors } from '../findings';
import { AccountPanel } from './AccountPanel';
import classes from './NetworkPanels.module.css';
import { lacking } from './values';

interface Props {
  composition: Composition;
  /** The chosen ones. */
  accounts: Account[];
  place: Place;
  onChange: (change: (before: Composition) => Composition) => void;
  findings: Finding[];
}

/** What the post becomes at each account and the network's own settings, as the rule table describes them. */
export default function NetworkPanels({ composition, accounts, place, onChange, findings }: Props) {
  const { t } = useTranslation('composer');
  const [turned, setTurned] = useState<Record<string, boolean>>({});
  const having = accounts.filter(({ id, platform }) => {
    const { formats, settings } = extrasFor(platform, variant(composition, id).format);
    return (formats.length > 1 || settings.length > 0) && (place === 'all' || place === id);
  });
  const panels = having.map((account) => {
    const { format, settings } = variant(composition, account.id);
    const about = concerning(findings, account.id).filter(
      ({ field }) => field === 'setting' || field === 'format',
    );
    const missing = lacking(extrasFor(account.platform, format, account.limits).settings, settings);
    // What has to be filled in is open from the start, everything else when it is asked for.
    return { account, about, missing, asks: missing.length > 0 || hasErrors(about) };
  });
  const asking = panels.flatMap(({ account, asks }) => (asks ? [account.id] : [])).join(' ');
  // What opened by itself stays open once it is filled in: nothing may move under the pointer.
  useEffect(() => {
    const ids = asking.split(' ').filter(Boolean);
    setTurned((before) => ({ ...Object.fromEntries(ids.map((id) => [id, true])), ...before }));
  }, [asking]);
  if (panels.length === 0) return null;
  return (
    <section className={classes.section} aria-labelledby="composer-panels">
      <h2 id="composer-panels">{t('panels.heading')}</h2>
      <div className={classes.panels}>
        {panels.map(({ account, about, missing, asks }) => {
          const open = turned[account.id] ?? (place === account.id || asks);
          return (
            <AccountPanel
              key={account.id}
              account={account}
              accounts={accounts}
              composition={composition}
              findings={about}
              missing={missing}
              open={open}
              onTurn={() => setTurned((before) => ({ ...before, [account.id]: !open }))}
              onChange={onChange}
            />
          );
        })}
      </div>
    </section>
  );
}
