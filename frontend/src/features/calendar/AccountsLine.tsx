import { IconAlertTriangle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { addressOf } from '@/api/accounts';
import { api } from '@/api/client';
import { endsSoon } from '@/api/expiry';
import type { Account } from '@/api/types';
import { formatTime } from '@/ui/time';
import classes from './AccountsLine.module.css';

/** Which accounts will not take the posts shown here unless somebody connects them again. */
export function AccountsLine({ zone }: { zone: string }) {
  const { t } = useTranslation('calendar');
  const { data } = api.useQuery('get', '/api/accounts');
  const accounts: Account[] = data?.items ?? [];
  const ended = accounts.filter(({ status }) => status === 'reconnect');
  const ending = accounts.filter((account) => endsSoon(account) !== null);
  if (ended.length + ending.length === 0) return null;
  const names = (some: Account[]) =>
    some.map((each) => `${t(`platform.${each.platform}`, { ns: 'common' })} ${addressOf(each)}`).join(', ');
  const first = ending
    .map((account) => endsSoon(account) ?? '')
    .sort()
    .at(0);
  return (
    <p className={classes.line} role="status">
      <IconAlertTriangle size={16} stroke={1.8} aria-hidden />
      <span className={classes.words}>
        {ended.length > 0 && <span>{t('accounts.ended', { names: names(ended) })}</span>}{' '}
        {first && (
          <span>{t('accounts.ending', { names: names(ending), time: formatTime(first, zone) })}</span>
        )}{' '}
        <Link to="/accounts" className={classes.link}>
          {t('accounts.fix')}
        </Link>
      </span>
    </p>
  );
}
