import { InMemoryWebStorage, UserManager, WebStorageStateStore } from 'oidc-client-ts';
import { loadConfig } from './config';
import { fromAnswer, type Tokens } from './tokens';

/**
 * The hosted sign-in: authorization code with PKCE. In a module of its own because only leaving for the sign-in
 * page and coming back need the library.
 */
async function manager(signUp: boolean): Promise<UserManager> {
  const config = await loadConfig();
  return new UserManager({
    authority: config.issuer,
    client_id: config.client_id,
    metadata: {
      issuer: config.issuer,
      // The hosted sign-up page takes the same query as the authorization endpoint.
      authorization_endpoint: signUp
        ? config.authorization_endpoint.replace(/\/oauth2\/authorize$/, '/signup')
        : config.authorization_endpoint,
      token_endpoint: config.token_endpoint,
    },
    redirect_uri: `${location.origin}/signin/callback`,
    scope: 'openid email profile',
    automaticSilentRenew: false,
    // The verifier never leaves the tab that began; the tokens are kept by the session, not by the library.
    stateStore: new WebStorageStateStore({ store: sessionStorage, prefix: 'atelier.signin.' }),
    userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
  });
}

/** Leaves for the hosted sign-in (or sign-up) page. */
export async function leave(returnTo: string, signUp: boolean): Promise<void> {
  await (await manager(signUp)).signinRedirect({ state: { returnTo } });
}

/** Trades the code in the address for tokens; throws when the answer cannot be used. */
export async function complete(): Promise<{ tokens: Tokens; returnTo: string | undefined }> {
  const user = await (await manager(false)).signinRedirectCallback();
  const { returnTo } = (user.state ?? {}) as { returnTo?: string };
  return { tokens: fromAnswer(user), returnTo };
}
