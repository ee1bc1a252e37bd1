import type { Account } from './types';

/** An account's address as people write it: `@name` on a network, `/p/name` for the own page. */
export function addressOf({ platform, handle }: Pick<Account, 'platform' | 'handle'>): string {
  return platform === 'page' ? `/p/${handle}` : `@${handle}`;
}
