import type { Account } from './types';

/** An account's address as people write it: `@name` on a network, `/p/name` for the own page, a name at LinkedIn. */
export function addressOf({ platform, handle }: Pick<Account, 'platform' | 'handle'>): string {
  if (platform === 'page') return `/p/${handle}`;
  return platform === 'linkedin' || handle === '' ? handle : `@${handle}`;
}
