import type { Account } from './types';

const AHEAD_MS = 26 * 3_600_000;

/** When access ends unless somebody connects the account again; null when that is not soon. */
export function endsSoon(
  { expires_at, status }: Pick<Account, 'status' | 'expires_at'>,
  now = Date.now(),
): string | null {
  if (!expires_at || status !== 'healthy') return null;
  return Date.parse(expires_at) - now < AHEAD_MS ? expires_at : null;
}
