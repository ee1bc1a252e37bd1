import { http } from 'msw';
import type { AccountGroups, Choices, Networks, Offers, Way } from '@/api/networks';
import type { Account, Platform } from '@/api/types';
import { at, json, newId, problem } from './answers';
import { ACCOUNT, db } from './db';

const way = (name: string, app: string, more: Partial<Way> = {}): Way => ({
  name,
  configured: true,
  secret: `network/${app}`,
  scopes: [
    { name: 'publish', purpose: 'publish posts', required: true },
    { name: 'read_insights', purpose: 'read how posts do', required: false },
  ],
  ...more,
});

/** Everything a test or a page may want to see changed. */
export interface NetworksDb {
  networks: Networks['networks'];
  choices: Record<string, Choices>;
  groups: AccountGroups;
  offers: Partial<Record<Platform, Offers>>;
}

const labelled = (...labels: string[]) => labels.map((label, index) => ({ value: `${index + 1}`, label }));

function seed(): NetworksDb {
  const consent = (platform: Platform, ways: Way[]) => ({ platform, connect: 'consent' as const, ways });
  return {
    networks: [
      { platform: 'page', connect: 'page', ways: [] },
      { platform: 'bluesky', connect: 'password', ways: [] },
      { platform: 'mastodon', connect: 'instance', ways: [] },
      consent('linkedin', [
        way('person', 'linkedin'),
        way('organization', 'linkedin-organization', { configured: false }),
      ]),
      consent('facebook', [way('default', 'facebook')]),
      consent('instagram', [way('instagram', 'instagram'), way('facebook', 'facebook')]),
      consent('threads', [way('default', 'threads')]),
      consent('tiktok', [way('default', 'tiktok', { configured: false })]),
      consent('x', [way('default', 'x')]),
      consent('youtube', [way('default', 'youtube', { configured: false })]),
      consent('pinterest', [way('default', 'pinterest')]),
    ],
    choices: {
      chc_1: {
        platform: 'facebook',
        way: 'default',
        accounts: [
          {
            remote_id: 'p1',
            name: 'Oficina Azul',
            handle: 'oficinaazul',
            avatar_url: null,
            connected: true,
          },
          {
            remote_id: 'p2',
            name: 'Oficina Azul Porto',
            handle: 'oficinaazulporto',
            avatar_url: null,
            connected: false,
          },
          { remote_id: 'p3', name: 'Feira do Barro', handle: '', avatar_url: null, connected: false },
        ],
        missing: [{ name: 'read_insights', purpose: 'read how posts do' }],
      },
    },
    groups: { version: 0, groups: [] },
    offers: {
      pinterest: {
        choices: { board: labelled('Glazes', 'Bowls and plates', 'Open studio') },
        disabled: [],
        video_max_ms: null,
        quota: null,
      },
      youtube: {
        choices: { playlist: labelled('Classes', 'From the kiln') },
        disabled: [],
        video_max_ms: null,
        quota: { used: 96, total: 100, window_seconds: 86_400 },
      },
      tiktok: {
        choices: {
          privacy: [
            { value: 'PUBLIC_TO_EVERYONE', label: 'Everyone' },
            { value: 'MUTUAL_FOLLOW_FRIENDS', label: 'Friends' },
            { value: 'SELF_ONLY', label: 'Only me' },
          ],
        },
        disabled: ['allow_duet'],
        video_max_ms: 600_000,
        quota: null,
      },
    },
  };
}

/** What the mocked API knows of networks; tests call `resetNetworks` before each case. */
export const networksDb: NetworksDb = seed();

export function resetNetworks(): void {
  Object.assign(networksDb, seed());
}

/** An account of a network, for tests and for the mocked page. */
export function accountOf(platform: Platform, more: Partial<Account> = {}): Account {
  return {
    ...ACCOUNT,
    id: `acc_${platform}`,
    platform,
    name: 'Oficina Azul',
    handle: 'oficinaazul',
    url: `https://${platform}.example/oficinaazul`,
    status: 'healthy',
    checked_at: new Date().toISOString(),
    connected_at: new Date().toISOString(),
    ...more,
  };
}

/** `localStorage['atelier.mock']` may ask for accounts of all networks (`networks`), one of them ending soon. */
export function seedAccounts(): void {
  if (!globalThis.localStorage?.getItem('atelier.mock')?.includes('networks')) return;
  if (db.accounts.some(({ platform }) => platform === 'x')) return;
  const soon = new Date(Date.now() + 19 * 3_600_000).toISOString();
  const all = networksDb.networks.filter(({ connect }) => connect === 'consent');
  db.accounts = [
    ...db.accounts,
    ...all.map(({ platform }) => accountOf(platform, platform === 'linkedin' ? { expires_at: soon } : {})),
  ];
  networksDb.groups = {
    version: 1,
    groups: [
      { id: 'grp_1', name: 'Launches', account_ids: db.accounts.slice(0, 6).map(({ id }) => id) },
      { id: 'grp_2', name: 'Pictures', account_ids: ['acc_instagram', 'acc_pinterest', 'acc_tiktok'] },
    ],
  };
}

const sandbox = () => globalThis.localStorage?.getItem('atelier.mock')?.includes('sandbox') ?? false;

export const handlers = [
  http.get(at('/networks'), () => json({ sandbox: sandbox(), networks: networksDb.networks })),
  http.post(at('/accounts/connect/:platform'), async ({ params, request }) => {
    const { platform } = params as { platform: Platform };
    const network = networksDb.networks.find((each) => each.platform === platform);
    if (network?.connect !== 'consent') return;
    const { way: name } = (await request.json()) as { way: string };
    const taken = network.ways.find((each) => each.name === name);
    if (!taken?.configured) {
      return problem(
        'not-configured',
        422,
        `The operator has to store the secret network/${platform} first.`,
      );
    }
    if (platform === 'facebook') return json({ authorize_url: '/accounts?choose=chc_1' });
    if (!db.accounts.some((each) => each.platform === platform)) {
      db.accounts = [...db.accounts, accountOf(platform, { way: name })];
    }
    const left = platform === 'threads' ? '&missing=read_insights' : '';
    return json({ authorize_url: `/accounts?connected=acc_${platform}${left}` });
  }),
  http.get(at('/accounts/choices/:id'), ({ params }) => {
    const found = networksDb.choices[params.id as string];
    return found ? json({ ...found }) : problem('not-found', 404, 'There is no such choice.');
  }),
  http.post(at('/accounts/choices/:id'), async ({ params, request }) => {
    const found = networksDb.choices[params.id as string];
    if (!found) return problem('not-found', 404, 'There is no such choice.');
    const { remote_ids } = (await request.json()) as { remote_ids: string[] };
    const items = found.accounts
      .filter(({ remote_id }) => remote_ids.includes(remote_id))
      .map(({ remote_id, name, handle }) =>
        accountOf(found.platform, { id: newId('acc'), name, handle: handle || remote_id }),
      );
    db.accounts = [...db.accounts, ...items];
    return json({ items, next_cursor: null });
  }),
  http.get(at('/accounts/groups'), () => json({ ...networksDb.groups })),
  http.put(at('/accounts/groups'), async ({ request }) => {
    const { version } = networksDb.groups;
    if (request.headers.get('If-Match') !== `"${version}"`) {
      return problem('stale-version', 412, 'Somebody changed the groups meanwhile.');
    }
    const { groups } = (await request.json()) as Pick<AccountGroups, 'groups'>;
    networksDb.groups = {
      version: version + 1,
      groups: groups.map((group) => ({ ...group, id: group.id || newId('grp') })),
    };
    return json({ ...networksDb.groups });
  }),
  http.get(at('/accounts/:id/offers'), ({ params }) => {
    const account = db.accounts.find(({ id }) => id === params.id);
    if (!account) return problem('not-found', 404, 'There is no such account.');
    const none: Offers = { choices: {}, disabled: [], video_max_ms: null, quota: null };
    return json({ ...(networksDb.offers[account.platform] ?? none) });
  }),
];
