import type { Account } from '@/api/types';
import { i18next } from '@/i18n';

/** How networks write a handle: `@ada.example`. The organization's own page has none, and LinkedIn has names. */
export function atHandle({ platform, handle }: Pick<Account, 'platform' | 'handle'>): string {
  const bare = platform === 'page' || platform === 'linkedin' || handle === '';
  return bare || handle.startsWith('@') ? handle : `@${handle}`;
}

/** The network's name, or the handle where `others` has more accounts of that network. */
export function shortName(account: Account, others: Account[]): string {
  const alone = others.filter(({ platform }) => platform === account.platform).length < 2;
  return alone ? i18next.t(`platform.${account.platform}`) : atHandle(account);
}
