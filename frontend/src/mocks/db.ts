import type { Account, AuditEntry, Invitation, Me, Member, Org, OrgSummary } from '@/api/types';

const ORG = 'org_01JC8Q4W7N2T5V9X3Z6B8D0F2H';
const USER = 'usr_01JC8Q4W7N2T5V9X3Z6B8D0F2J';

/** What the mocked API knows about the organization; posts and media keep their own. */
export interface Db {
  me: Me;
  orgs: OrgSummary[];
  org: Org;
  members: Member[];
  invitations: Invitation[];
  accounts: Account[];
  audit: AuditEntry[];
}

const daysAgo = (days: number, clock = '09:12') =>
  `${new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)}T${clock}:00Z`;

/** What most accounts have nothing to say about. */
export const ACCOUNT = {
  avatar_url: null,
  url: null,
  instance: null,
  status_detail: null,
  limits: null,
  expires_at: null,
  way: null,
  can_take_down: true,
  tells_figures: true,
};

/** A small pottery school in Lisbon: one organization with a week behind it. */
export function seed(): Db {
  const org: Org = {
    id: ORG,
    name: 'Oficina Azul',
    slug: 'oficina-azul',
    zone: 'Europe/Lisbon',
    accent: '#2f6f8f',
    about: 'Pottery school and open studio in Lisbon. Classes for every hand, kiln days on Fridays.',
    require_alt_text: true,
    version: 4,
    created_at: daysAgo(40),
  };
  return {
    org,
    me: {
      user_id: USER,
      email: 'ines@oficina-azul.example',
      name: 'Inês Carvalho',
      org: { id: ORG, name: org.name, slug: org.slug, zone: org.zone, role: 'owner' },
    },
    orgs: [
      { id: ORG, name: org.name, slug: org.slug, role: 'owner', active: true },
      {
        id: 'org_01JC9R4W7N2T5V9X3Z6B8D0F2K',
        name: 'Northlight Agency',
        slug: 'northlight',
        role: 'editor',
        active: false,
      },
    ],
    members: [
      {
        user_id: USER,
        email: 'ines@oficina-azul.example',
        name: 'Inês Carvalho',
        role: 'owner',
        joined_at: daysAgo(40),
      },
      {
        user_id: 'usr_01JC8Q4W7N2T5V9X3Z6B8D0F2K',
        email: 'tomas@oficina-azul.example',
        name: 'Tomás Reis',
        role: 'admin',
        joined_at: daysAgo(31),
      },
      {
        user_id: 'usr_01JC8Q4W7N2T5V9X3Z6B8D0F2M',
        email: 'yuki@northlight.example',
        name: 'Yuki Tanaka',
        role: 'editor',
        joined_at: daysAgo(12),
      },
      {
        user_id: 'usr_01JC8Q4W7N2T5V9X3Z6B8D0F2N',
        email: 'amara.okonkwo-fitzgerald@oficina-azul.example',
        name: 'Amara Okonkwo-Fitzgerald',
        role: 'author',
        joined_at: daysAgo(3),
      },
    ],
    invitations: [
      {
        id: 'inv_01JC8Q4W7N2T5V9X3Z6B8D0F2P',
        email: 'joao@example.com',
        role: 'viewer',
        invited_by: USER,
        created_at: daysAgo(2),
        expires_at: daysAgo(-5),
        status: 'pending',
      },
      {
        id: 'inv_01JC8Q4W7N2T5V9X3Z6B8D0F2Q',
        email: 'press@example.com',
        role: 'author',
        invited_by: USER,
        created_at: daysAgo(20),
        expires_at: daysAgo(13),
        status: 'expired',
      },
    ],
    accounts: [
      {
        ...ACCOUNT,
        id: 'acc_01JC8Q4W7N2T5V9X3Z6B8D0F2R',
        platform: 'page',
        tells_figures: false,
        name: 'Oficina Azul',
        handle: 'oficina-azul',
        url: '/p/oficina-azul',
        status: 'healthy',
        checked_at: daysAgo(0),
        connected_at: daysAgo(40),
      },
      {
        ...ACCOUNT,
        id: 'acc_01JC8Q4W7N2T5V9X3Z6B8D0F2S',
        platform: 'bluesky',
        name: 'Oficina Azul',
        handle: 'oficina-azul.bsky.social',
        url: 'https://bsky.app/profile/oficina-azul.bsky.social',
        instance: 'bsky.social',
        status: 'healthy',
        checked_at: daysAgo(0),
        connected_at: daysAgo(30),
      },
      {
        ...ACCOUNT,
        id: 'acc_01JC8Q4W7N2T5V9X3Z6B8D0F2T',
        platform: 'mastodon',
        name: 'Oficina Azul',
        handle: 'oficina@mastodon.social',
        url: 'https://mastodon.social/@oficina',
        instance: 'mastodon.social',
        status: 'reconnect',
        status_detail:
          'mastodon.social no longer accepts the permission given on 14 October. Scheduled posts for this account wait until it is connected again.',
        checked_at: daysAgo(0),
        connected_at: daysAgo(28),
      },
    ],
    audit: [
      {
        id: 'aud_1',
        at: daysAgo(0, '08:41'),
        actor: { user_id: USER, name: 'Inês Carvalho' },
        action: 'post.schedule',
        target: 'pst_01JC8Q4W7N2T5V9X3Z6B8D0F3A',
        summary: 'Scheduled a post for 24 Nov 2026, 09:00 (Europe/Lisbon)',
      },
      {
        id: 'aud_2',
        at: daysAgo(0, '08:15'),
        actor: null,
        action: 'delivery.publish',
        target: 'pst_01JC8Q4W7N2T5V9X3Z6B8D0F3B',
        summary: 'Published to Bluesky @oficina-azul.bsky.social',
      },
      {
        id: 'aud_3',
        at: daysAgo(1, '16:02'),
        actor: { user_id: 'u2', name: 'Tomás Reis' },
        action: 'member.role',
        target: 'usr_01JC8Q4W7N2T5V9X3Z6B8D0F2M',
        summary: 'Changed Yuki Tanaka from author to editor',
      },
      {
        id: 'aud_4',
        at: daysAgo(2, '11:30'),
        actor: { user_id: USER, name: 'Inês Carvalho' },
        action: 'invitation.create',
        target: 'inv_01JC8Q4W7N2T5V9X3Z6B8D0F2P',
        summary: 'Invited joao@example.com as viewer',
      },
      {
        id: 'aud_5',
        at: daysAgo(3, '10:05'),
        actor: { user_id: USER, name: 'Inês Carvalho' },
        action: 'account.connect',
        target: 'acc_01JC8Q4W7N2T5V9X3Z6B8D0F2S',
        summary: 'Connected Bluesky @oficina-azul.bsky.social',
      },
      {
        id: 'aud_6',
        at: daysAgo(3, '09:58'),
        actor: { user_id: USER, name: 'Inês Carvalho' },
        action: 'org.update',
        target: ORG,
        summary: 'Changed the accent colour to #2f6f8f',
      },
    ],
  };
}

/** The one state behind all handlers; tests call `reset` before each case. */
export const db: Db = seed();

export function reset(): void {
  Object.assign(db, seed());
}
