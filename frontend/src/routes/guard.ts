import { sessionState, signIn } from '@/api/session';

/** Lets only signed-in people pass; everybody else leaves for the sign-in page and returns to `href`. */
export async function requireSession(href: string): Promise<void> {
  if (sessionState() !== 'signed-out') return;
  await signIn({ returnTo: href });
  // The browser is leaving: never resolve, so that nothing renders meanwhile.
  await new Promise(() => {});
}
