import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Account } from '@/api/types';
import { AccountAvatar } from './AccountAvatar';
import classes from './AccountPicker.module.css';
import { atHandle } from './accountName';

const ORDER: Account['platform'][] = [
  'page',
  'linkedin',
  'facebook',
  'instagram',
  'threads',
  'tiktok',
  'x',
  'youtube',
  'pinterest',
  'bluesky',
  'mastodon',
];

/** The organization's own page first, then by network and name. */
export function inOrder(accounts: Account[]): Account[] {
  return [...accounts].sort(
    (a, b) => ORDER.indexOf(a.platform) - ORDER.indexOf(b.platform) || a.name.localeCompare(b.name),
  );
}

interface Props {
  /** What the group of cards is about; read out, not shown. */
  label: string;
  accounts: Account[];
  chosen: string[];
  onToggle: (id: string) => void;
}

/** Chooses accounts: one card each, with its network and whether it works. */
export function AccountPicker({ label, accounts, chosen, onToggle }: Props) {
  return (
    <fieldset className={classes.set} aria-label={label}>
      <div className={classes.cards}>
        {accounts.map((account) => (
          <label key={account.id} className={classes.card}>
            <input
              type="checkbox"
              className={classes.box}
              checked={chosen.includes(account.id)}
              onChange={() => onToggle(account.id)}
            />
            <AccountAvatar account={account} size={36} />
            <span className={classes.words}>
              <span className={classes.name} dir="auto">
                {account.name}
              </span>
              <Handle account={account} />
            </span>
            <span className={classes.tick} aria-hidden>
              <IconCheck size={14} stroke={3} />
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Handle({ account }: { account: Account }) {
  const { t } = useTranslation();
  if (account.status !== 'healthy') {
    return (
      <span className={classes.handle} data-warn title={account.status_detail ?? undefined}>
        <IconAlertTriangle size={13} stroke={2} style={{ verticalAlign: '-2px' }} aria-hidden />{' '}
        {t(`platform.${account.platform}`)} · {t(`accountStatus.${account.status}`)}
      </span>
    );
  }
  return (
    <span className={classes.handle} title={atHandle(account)}>
      {account.platform === 'page'
        ? t('platform.page')
        : `${t(`platform.${account.platform}`)} · ${atHandle(account)}`}
    </span>
  );
}
