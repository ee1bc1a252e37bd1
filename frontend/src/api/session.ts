import { useSyncExternalStore } from 'react';
import { loadConfig } from './config';
import { organizationOf, renewTokens, revokeToken, SessionOver, type Tokens } from './tokens';

/**
 * Who is signed in, and the tokens to prove it.
 *
 * Tokens live in `localStorage`, so that a reload and a second tab stay signed in; the content security policy
 * (own scripts only) is what keeps others from reading them, and access tokens live five minutes.
 */
export type SessionState = 'starting' | 'signed-out' | 'signed-in' | Interruption;
/** The sign-in ended, or another tab acts in another organization: the page stays and asks. */
type Interruption = 'expired' | 'switched';

const STORE = 'atelier.session';
/** Renew this long before the access token ends. */
const RENEW_BEFORE_MS = 45_000;
/** One name for all tabs: whoever holds it is the only one to spend the refresh token. */
const REFRESH_LOCK = 'atelier-session-refresh';

let state: SessionState = 'starting';
let tokens: Tokens | null = null;
let refreshing: Promise<boolean> | undefined;
let renewal: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

function set(next: SessionState, nextTokens: Tokens | null): void {
  tokens = nextTokens;
  clearTimeout(renewal);
  if (nextTokens?.refresh_token) {
    const wait = Math.max(nextTokens.expires_at - RENEW_BEFORE_MS - Date.now(), 1000);
    // A failed renewal is not news yet: the next request tries again and tells.
    renewal = setTimeout(() => void refresh().catch(() => {}), wait);
  }
  if (state === next) return;
  state = next;
  for (const listener of listeners) listener();
}

function stored(): Tokens | null {
  try {
    return JSON.parse(localStorage.getItem(STORE) ?? 'null') as Tokens | null;
  } catch {
    return null;
  }
}

function store(next: Tokens | null): void {
  try {
    if (next) localStorage.setItem(STORE, JSON.stringify(next));
    else localStorage.removeItem(STORE);
  } catch {
    // Storage may be blocked: the session then lasts as long as this page.
  }
}

const endsSoon = (of: Tokens) => of.expires_at - Date.now() <= RENEW_BEFORE_MS;

/** Restores the session of this browser, if it has one. Never throws: without a network it is kept for later. */
export async function start(): Promise<void> {
  window.addEventListener('storage', (event) => {
    if (event.key === STORE) adopt(stored());
  });
  const found = stored();
  if (!found) return set('signed-out', null);
  set('signed-in', found);
  if (!endsSoon(found)) return;
  try {
    // Nothing is on the screen yet: a session that cannot go on is simply no session.
    if (!(await refresh())) set('signed-out', null);
  } catch {
    // The pages will say that there is no network; the next request tries again.
  }
}

/** Takes over what another tab did: renewed tokens, another organization, or a sign-out. */
function adopt(theirs: Tokens | null): void {
  const switched =
    tokens && theirs && organizationOf(tokens.access_token) !== organizationOf(theirs.access_token);
  if (!theirs) set('signed-out', null);
  else set(switched ? 'switched' : 'signed-in', theirs);
}

/** A usable access token, renewed first when it is about to end; null when nobody is signed in. */
export async function accessToken(): Promise<string | null> {
  if (tokens && endsSoon(tokens)) await refresh();
  return state === 'signed-in' && tokens ? tokens.access_token : null;
}

/**
 * Renews the tokens with the refresh token; many callers share one request, across tabs too.
 * Returns false when the session is over. A network failure is not the end of a session: it throws.
 */
function refresh(force = false): Promise<boolean> {
  refreshing ??= withLock(() => renew(force)).finally(() => {
    refreshing = undefined;
  });
  return refreshing;
}

async function withLock<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks ? await navigator.locks.request(REFRESH_LOCK, work) : await work();
}

async function renew(force: boolean): Promise<boolean> {
  const current = stored() ?? tokens;
  // Another tab may have renewed while this one waited for the lock.
  if (!force && current && current.access_token !== tokens?.access_token && !endsSoon(current)) {
    adopt(current);
    return true;
  }
  if (!current?.refresh_token) return end();
  try {
    const renewed = await renewTokens(current.refresh_token);
    store(renewed);
    set('signed-in', renewed);
    return true;
  } catch (error) {
    if (error instanceof SessionOver) return end();
    throw error;
  }
}

/** The session ended on its own: the page keeps what is on the screen and asks to sign in again. */
function end(): false {
  store(null);
  set('expired', null);
  return false;
}

/** Renews the tokens so that they carry what just changed: the active organization, the role. */
export async function renewClaims(): Promise<void> {
  await refreshing?.catch(() => {});
  if (!(await refresh(true))) throw new SessionOver('the session has ended');
}

/** The server refused a token that looked valid: renews once. Returns whether to send the request again. */
export async function rejected(token: string): Promise<boolean> {
  if (tokens && tokens.access_token !== token) return true;
  return refresh(true);
}

/** Leaves for the hosted sign-in (or sign-up) page and comes back to `returnTo`, by default this page. */
export async function signIn(options: { returnTo?: string; signUp?: boolean } = {}): Promise<void> {
  const { leave } = await import('./signin');
  await leave(options.returnTo ?? location.pathname + location.search, options.signUp ?? false);
}

/** Completes a sign-in on the callback page; returns where to go. Throws when the answer cannot be used. */
export async function finishSignIn(): Promise<string> {
  const { complete } = await import('./signin');
  const { tokens: fresh, returnTo } = await complete();
  store(fresh);
  set('signed-in', fresh);
  return returnTo?.startsWith('/') && !returnTo.startsWith('//') ? returnTo : '/';
}

/** Revokes the refresh token, forgets the session here and at the hosted pages, and returns to the start page. */
export async function signOut(): Promise<void> {
  const refreshToken = tokens?.refresh_token;
  store(null);
  try {
    if (refreshToken) await revokeToken(refreshToken);
  } catch {
    // A token that cannot be revoked now still ends by itself; signing out must always work.
  }
  const { client_id, end_session_endpoint } = await loadConfig();
  const leave = new URL(end_session_endpoint);
  leave.searchParams.set('client_id', client_id);
  leave.searchParams.set('logout_uri', `${location.origin}/`);
  location.assign(leave.href);
}

/** The session's state outside React, for route guards. */
export function sessionState(): SessionState {
  return state;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The session's state, live. */
export function useSession(): SessionState {
  return useSyncExternalStore(subscribe, sessionState);
}
