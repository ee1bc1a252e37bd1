import type { User, UserManager } from 'oidc-client-ts';
import { useSyncExternalStore } from 'react';
import { loadConfig } from './config';

/**
 * Who is signed in, and the tokens to prove it.
 *
 * Tokens live in `localStorage`, so that a reload and a second tab stay signed in; the content security policy
 * (own scripts only) is what keeps others from reading them, and access tokens live five minutes. The PKCE
 * verifier lives in `sessionStorage` and so never leaves the tab that began signing in.
 */
export type SessionState = 'starting' | 'signed-out' | 'signed-in' | Interruption;
/** The sign-in ended, or another tab acts in another organization: the page stays and asks. */
type Interruption = 'expired' | 'switched';

/** Renew this long before the access token ends. */
const RENEW_BEFORE_SECONDS = 45;
/** One name for all tabs: whoever holds it is the only one to spend the refresh token. */
const REFRESH_LOCK = 'atelier-session-refresh';
const STORE_PREFIX = 'atelier.session.';

let state: SessionState = 'starting';
let user: User | null = null;
let manager: Promise<UserManager> | undefined;
let refreshing: Promise<boolean> | undefined;
const listeners = new Set<() => void>();

function set(next: SessionState, nextUser: User | null): void {
  user = nextUser;
  if (state === next) return;
  state = next;
  for (const listener of listeners) listener();
}

/** `signUp` starts at the hosted sign-up page, which takes the same query as the authorization endpoint. */
async function build(signUp = false): Promise<UserManager> {
  const [{ UserManager, WebStorageStateStore }, config] = await Promise.all([
    import('oidc-client-ts'),
    loadConfig(),
  ]);
  const built = new UserManager({
    authority: config.issuer,
    client_id: config.client_id,
    metadata: {
      issuer: config.issuer,
      authorization_endpoint: signUp
        ? config.authorization_endpoint.replace(/\/oauth2\/authorize$/, '/signup')
        : config.authorization_endpoint,
      token_endpoint: config.token_endpoint,
      end_session_endpoint: config.end_session_endpoint,
      revocation_endpoint: config.revocation_endpoint,
    },
    redirect_uri: `${location.origin}/signin/callback`,
    silent_redirect_uri: `${location.origin}/signin/silent`,
    post_logout_redirect_uri: `${location.origin}/`,
    scope: 'openid email profile',
    // Renewal is ours: the library would renew in every tab at once and spend a rotated refresh token twice.
    automaticSilentRenew: false,
    accessTokenExpiringNotificationTimeInSeconds: RENEW_BEFORE_SECONDS,
    userStore: new WebStorageStateStore({ store: localStorage, prefix: STORE_PREFIX }),
    stateStore: new WebStorageStateStore({ store: sessionStorage, prefix: STORE_PREFIX }),
  });
  if (!signUp) built.events.addAccessTokenExpiring(() => void refresh());
  return built;
}

function getManager(): Promise<UserManager> {
  manager ??= build().catch((error: unknown) => {
    manager = undefined;
    throw error;
  });
  return manager;
}

/** True when this browser holds a session, without loading what it takes to use it. */
function isStored(): boolean {
  try {
    return Object.keys(localStorage).some((key) => key.startsWith(STORE_PREFIX));
  } catch {
    return false;
  }
}

/** Restores the session of this browser, if it has one. Never throws: offline keeps the session for later. */
export async function start(): Promise<void> {
  window.addEventListener('storage', (event) => {
    if (event.key?.startsWith(STORE_PREFIX)) void adopt(event.newValue === null);
  });
  await restore();
}

async function restore(): Promise<void> {
  if (!isStored()) return set('signed-out', null);
  try {
    const stored = await (await getManager()).getUser();
    if (!stored) return set('signed-out', null);
    set('signed-in', stored);
    // Nothing is on the screen yet: a session that cannot go on is simply no session.
    if (expiresSoon(stored) && !(await refresh())) await forget();
  } catch {
    // No network: the pages show that and the next request tries again with the stored session.
  }
}

async function forget(): Promise<void> {
  await (await getManager()).removeUser();
  set('signed-out', null);
}

/** Takes over what another tab did: renewed tokens, or a sign-out. */
async function adopt(removed: boolean): Promise<void> {
  if (removed) return set('signed-out', null);
  const stored = await (await getManager()).getUser();
  if (!stored) return;
  const switched = user && user.profile.org_id !== stored.profile.org_id;
  set(switched ? 'switched' : 'signed-in', stored);
}

function expiresSoon(of: User): boolean {
  return (of.expires_in ?? 0) <= RENEW_BEFORE_SECONDS;
}

/** A usable access token, renewed first when it is about to end; null when nobody is signed in. */
export async function accessToken(): Promise<string | null> {
  if (state === 'starting') await restore();
  if (user && expiresSoon(user)) await refresh();
  return state === 'signed-in' && user ? user.access_token : null;
}

/**
 * Renews the tokens with the refresh token; many callers share one request, across tabs too.
 * Returns false when the session is over. A network failure is not the end of a session: it throws.
 */
export function refresh(force = false): Promise<boolean> {
  refreshing ??= withLock(() => renew(force)).finally(() => {
    refreshing = undefined;
  });
  return refreshing;
}

async function withLock<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks ? await navigator.locks.request(REFRESH_LOCK, work) : await work();
}

async function renew(force: boolean): Promise<boolean> {
  const { ErrorResponse } = await import('oidc-client-ts');
  const client = await getManager();
  const stored = await client.getUser();
  // Another tab may have renewed while this one waited for the lock.
  if (!force && stored && stored.access_token !== user?.access_token && !expiresSoon(stored)) {
    set('signed-in', stored);
    return true;
  }
  if (!stored?.refresh_token) return end();
  try {
    const renewed = await client.signinSilent();
    if (!renewed) return end();
    set('signed-in', renewed);
    return true;
  } catch (error) {
    if (error instanceof ErrorResponse) return end();
    throw error;
  }
}

/** The session ended on its own: the page keeps what is on the screen and asks to sign in again. */
function end(): false {
  set('expired', null);
  return false;
}

/** Renews the tokens so that they carry what just changed: the active organization, the role. */
export async function renewClaims(): Promise<void> {
  await refreshing;
  if (!(await refresh(true))) throw new Error('the session has ended');
}

/** The server refused a token that looked valid: renew once, or the session is over. */
export async function rejected(token: string): Promise<boolean> {
  if (user && user.access_token !== token) return true;
  return refresh(true);
}

/** Leaves for the hosted sign-in (or sign-up) page and comes back to `returnTo`. */
export async function signIn(options: { returnTo?: string; signUp?: boolean } = {}): Promise<void> {
  const client = options.signUp ? await build(true) : await getManager();
  const returnTo = options.returnTo ?? location.pathname + location.search;
  await client.signinRedirect({ state: { returnTo } });
}

/** Completes a sign-in on the callback page; returns where to go. Throws when the answer cannot be used. */
export async function finishSignIn(): Promise<string> {
  const signedIn = await (await getManager()).signinRedirectCallback();
  set('signed-in', signedIn);
  const { returnTo } = (signedIn.state ?? {}) as { returnTo?: string };
  return returnTo?.startsWith('/') && !returnTo.startsWith('//') ? returnTo : '/';
}

/** Revokes the refresh token, forgets the session here and at the hosted pages, and returns to the start page. */
export async function signOut(): Promise<void> {
  const client = await getManager();
  try {
    await client.revokeTokens(['refresh_token']);
  } catch {
    // A token that cannot be revoked now still ends by itself; signing out must always work.
  }
  await client.removeUser();
  const config = await loadConfig();
  const leave = new URL(config.end_session_endpoint, location.origin);
  leave.searchParams.set('client_id', config.client_id);
  leave.searchParams.set('logout_uri', `${location.origin}/`);
  leave.searchParams.set('post_logout_redirect_uri', `${location.origin}/`);
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
