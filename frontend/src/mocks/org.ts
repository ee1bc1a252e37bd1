import { HttpResponse, http } from 'msw';
import type { Role } from '@/api/types';
import { at, broken, json, newId, noContent, problem } from './answers';
import { ACCOUNT, db } from './db';
import { seedAccounts } from './networks';

/** An unsigned token with the claims the page reads; the mocked API checks none. */
function token(): string {
  const part = (value: object) =>
    btoa(JSON.stringify(value)).replaceAll('=', '').replaceAll('+', '-').replaceAll('/', '_');
  const now = Math.floor(Date.now() / 1000);
  const issuer = `${location.origin}/_mock/pool`;
  return `${part({ alg: 'none' })}.${part({ iss: issuer, aud: 'atelier-spa', sub: 'mock', iat: now, exp: now + 300 })}.x`;
}

const session = [
  http.get('*/config.json', () =>
    json({
      issuer: `${location.origin}/_mock/pool`,
      client_id: 'atelier-spa',
      authorization_endpoint: '/_mock/authorize',
      token_endpoint: `${location.origin}/_mock/token`,
      end_session_endpoint: '/',
      version: '0.1.0',
      embedded: true,
      sandbox_url: 'http://127.0.0.1:4100/',
      sandbox: globalThis.localStorage?.getItem('atelier.mock')?.includes('sandbox') ?? false,
    }),
  ),
  http.post('*/_mock/token', () =>
    json({
      access_token: token(),
      id_token: token(),
      refresh_token: 'mock',
      token_type: 'Bearer',
      expires_in: 300,
    }),
  ),
  http.get(at('/auth/me'), () => json(db.me)),
];

const orgs = [
  http.get(at('/orgs'), () => json({ items: db.orgs })),
  http.post(at('/orgs'), async ({ request }) => {
    const input = (await request.json()) as { name: string; slug: string; zone: string };
    if (input.slug === 'taken') {
      return broken([
        {
          pointer: '/slug',
          detail: 'Another organization has this address.',
          fix: 'Choose a different one.',
        },
      ]);
    }
    const org = {
      ...db.org,
      ...input,
      id: newId('org'),
      about: '',
      version: 1,
      created_at: new Date().toISOString(),
    };
    db.org = org;
    db.orgs = [
      ...db.orgs.map((each) => ({ ...each, active: false })),
      { ...input, id: org.id, role: 'owner', active: true },
    ];
    db.me = { ...db.me, org: { ...input, id: org.id, role: 'owner' } };
    db.accounts = [];
    return json(org, 201);
  }),
  http.get(at('/orgs/:id'), () => json(db.org)),
  http.patch(at('/orgs/:id'), async ({ request }) => {
    if (request.headers.get('If-Match') !== `"${db.org.version}"`) {
      return problem('stale-version', 412, 'Somebody changed the settings meanwhile.');
    }
    const input = (await request.json()) as Partial<typeof db.org>;
    db.org = { ...db.org, ...input, version: db.org.version + 1 };
    const { name, slug, zone } = db.org;
    if (db.me.org) db.me = { ...db.me, org: { ...db.me.org, name, slug, zone } };
    return json(db.org);
  }),
  http.post(at('/orgs/:id/activate'), ({ params }) => {
    db.orgs = db.orgs.map((org) => ({ ...org, active: org.id === params.id }));
    const active = db.orgs.find((org) => org.active);
    if (!active) return problem('not-found', 404, 'There is no such organization.');
    db.me = { ...db.me, org: { ...active, zone: 'Europe/Lisbon' } };
    return noContent();
  }),
  http.post(at('/orgs/:id/leave'), () =>
    problem('conflict', 409, 'You are the only owner. Make somebody else an owner first.'),
  ),
  http.get(at('/orgs/:id/audit'), ({ request }) => {
    const cursor = Number(new URL(request.url).searchParams.get('cursor') ?? 0);
    return json({
      items: db.audit.slice(cursor, cursor + 4),
      next_cursor: cursor + 4 < db.audit.length ? String(cursor + 4) : null,
    });
  }),
];

const members = [
  http.get(at('/orgs/:id/members'), () => json({ items: db.members })),
  http.patch(at('/orgs/:id/members/:user'), async ({ params, request }) => {
    const { role } = (await request.json()) as { role: Role };
    const member = db.members.find((each) => each.user_id === params.user);
    if (!member) return problem('not-found', 404, 'There is no such member.');
    if (member.role === 'owner')
      return problem('conflict', 409, 'An organization needs an owner. Make somebody else an owner first.');
    Object.assign(member, { role });
    return json(member);
  }),
  http.delete(at('/orgs/:id/members/:user'), ({ params }) => {
    db.members = db.members.filter((each) => each.user_id !== params.user);
    return noContent();
  }),
  http.get(at('/orgs/:id/invitations'), () => json({ items: db.invitations })),
  http.post(at('/orgs/:id/invitations'), async ({ request }) => {
    const input = (await request.json()) as { email: string; role: Role };
    if (db.members.some((each) => each.email === input.email)) {
      return broken([{ pointer: '/email', detail: 'This person is a member already.' }]);
    }
    const invitation = {
      ...input,
      id: newId('inv'),
      invited_by: db.me.user_id,
      created_at: new Date().toISOString(),
      expires_at: new Date(Date.now() + 7 * 86_400_000).toISOString(),
      status: 'pending' as const,
    };
    db.invitations = [invitation, ...db.invitations];
    return json(invitation, 201);
  }),
  http.delete(at('/orgs/:id/invitations/:invitation'), ({ params }) => {
    db.invitations = db.invitations.filter((each) => each.id !== params.invitation);
    return noContent();
  }),
  http.post(at('/invitations/accept'), async ({ request }) => {
    const { token: given } = (await request.json()) as { token: string };
    if (given === 'expired')
      return problem('conflict', 409, 'This invitation has expired. Ask for a new one.');
    return json({
      org_id: 'org_01JC9R4W7N2T5V9X3Z6B8D0F2K',
      name: 'Northlight Agency',
      role: 'editor' as const,
    });
  }),
];

const accounts = [
  http.get(at('/accounts'), () => {
    seedAccounts();
    return json({ items: db.accounts });
  }),
  http.post(at('/accounts/connect/page'), () => {
    const account = {
      ...ACCOUNT,
      id: newId('acc'),
      platform: 'page' as const,
      name: db.org.name,
      handle: db.org.slug,
      url: `/p/${db.org.slug}`,
      status: 'healthy' as const,
      checked_at: new Date().toISOString(),
      connected_at: new Date().toISOString(),
    };
    db.accounts = [...db.accounts, account];
    return json(account, 201);
  }),
  http.post(at('/accounts/connect/bluesky'), async ({ request }) => {
    const input = (await request.json()) as { identifier: string; app_password: string };
    if (input.app_password.length < 8) {
      return broken([
        {
          pointer: '/app_password',
          detail: 'Bluesky refused this app password.',
          fix: 'Make a new one and paste it here.',
        },
      ]);
    }
    const account = {
      ...ACCOUNT,
      id: newId('acc'),
      platform: 'bluesky' as const,
      name: input.identifier,
      handle: input.identifier,
      url: `https://bsky.app/profile/${input.identifier}`,
      status: 'healthy' as const,
      checked_at: new Date().toISOString(),
      connected_at: new Date().toISOString(),
    };
    db.accounts = [...db.accounts, account];
    return json(account, 201);
  }),
  http.post(at('/accounts/connect/mastodon'), async ({ request }) => {
    const { instance } = (await request.json()) as { instance: string };
    if (!instance.includes('.')) {
      return broken([
        {
          pointer: '/instance',
          detail: 'There is no Mastodon server at this address.',
          fix: 'Check the spelling.',
        },
      ]);
    }
    return json({ authorize_url: '/accounts?connected=acc_01JC8Q4W7N2T5V9X3Z6B8D0F2T' });
  }),
  http.post(at('/accounts/:id/check'), ({ params }) => {
    const account = db.accounts.find((each) => each.id === params.id);
    if (!account) return problem('not-found', 404, 'There is no such account.');
    account.checked_at = new Date().toISOString();
    return json(account);
  }),
  http.delete(at('/accounts/:id'), ({ params }) => {
    const account = db.accounts.find((each) => each.id === params.id);
    if (account?.platform === 'bluesky') {
      return problem(
        'in-use',
        409,
        'Three scheduled posts still go to this account. Move or cancel them first.',
      );
    }
    db.accounts = db.accounts.filter((each) => each.id !== params.id);
    return noContent();
  }),
  http.all('*/_mock/*', () => HttpResponse.text('', { status: 404 })),
];

export const handlers = [...session, ...orgs, ...members, ...accounts];
