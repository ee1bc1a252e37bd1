import { loadConfig } from './config';

/** The tokens of a session, as this browser keeps them. */
export interface Tokens {
  access_token: string;
  refresh_token?: string;
  /** When the access token ends, milliseconds since 1970 on this device's clock. */
  expires_at: number;
}

/** What a token endpoint answers. */
export interface TokenAnswer {
  access_token: string;
  refresh_token?: string;
  /** Seconds. */
  expires_in?: number;
}

/** The token endpoint refused the refresh token: the session is over. */
export class SessionOver extends Error {}

/** Keeps the earlier refresh token when the answer brings no new one. */
export function fromAnswer(answer: TokenAnswer, earlier?: string): Tokens {
  return {
    access_token: answer.access_token,
    refresh_token: answer.refresh_token ?? earlier,
    expires_at: Date.now() + (answer.expires_in ?? 300) * 1000,
  };
}

function form(fields: Record<string, string>): RequestInit {
  return { method: 'POST', body: new URLSearchParams(fields) };
}

/**
 * Trades a refresh token for new tokens.
 * Throws {@link SessionOver} when it is refused, and whatever else went wrong when it may work later.
 */
export async function renewTokens(refreshToken: string): Promise<Tokens> {
  const { client_id, token_endpoint } = await loadConfig();
  const response = await fetch(
    token_endpoint,
    form({ grant_type: 'refresh_token', client_id, refresh_token: refreshToken }),
  );
  if (response.status >= 400 && response.status < 500 && response.status !== 429) throw new SessionOver();
  if (!response.ok) throw new TypeError(`the token endpoint answered ${response.status}`);
  return fromAnswer((await response.json()) as TokenAnswer, refreshToken);
}

/** Makes a refresh token useless. */
export async function revokeToken(refreshToken: string): Promise<void> {
  const { client_id, revocation_endpoint } = await loadConfig();
  if (revocation_endpoint) await fetch(revocation_endpoint, form({ client_id, token: refreshToken }));
}

/** The organization a token was issued for, read without verifying: the server verifies, the page only compares. */
export function organizationOf(token: string): string | undefined {
  try {
    const payload = token.split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? '';
    return (JSON.parse(atob(payload)) as { org_id?: string }).org_id;
  } catch {
    return undefined;
  }
}
