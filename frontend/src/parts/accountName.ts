import type { Account } from '@/api/types';
import { i18next } from '@/i18n';

/** How networks write a handle in front of a name: `@ada.example`. The organization's own page has none. */
export function atHandle({ platform, handle }: Pick<Account, 'platform' | 'handle'>): string {
  return platform === 'page' || handle.startsWith('@') ? handle : `@${handle}`;
}

/** The network's name, or the handle where `others` has more accounts of that network. */
export function shortName(account: Account, others: Account[]): string {
  const alone = others.filter(({ platform }) => platform === account.platform).length < 2;
  return alone ? i18next.t(`platform.${account.platform}`) : atHandle(account);
}
