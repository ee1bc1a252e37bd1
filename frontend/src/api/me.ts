import { useSuspenseQuery } from '@tanstack/react-query';
import { api } from './client';
import type { Me, MeOrg, Role } from './types';

/** Who is signed in and the organization they act in. */
export const meQuery = api.queryOptions('get', '/api/auth/me', undefined, { staleTime: 60_000 });

/** The signed-in person. Only below the signed-in layout, which has loaded it. */
export function useMe(): Me {
  return useSuspenseQuery(meQuery).data;
}

/** The active organization. Only below the signed-in layout, which sends everybody without one to onboarding. */
export function useOrg(): MeOrg {
  const { org } = useMe();
  if (!org) throw new Error('no active organization');
  return org;
}

/** What a role may do. The server decides; this hides what it would refuse. */
const RANK: Record<Role, number> = {
  owner: 5,
  admin: 4,
  editor: 3,
  author: 2,
  viewer: 1,
  teacher: 1,
  hr: 1,
  finance: 1,
};

const NEEDS = {
  'posts.write': RANK.author,
  'posts.publish': RANK.editor,
  'media.write': RANK.author,
  'accounts.manage': RANK.admin,
  'members.manage': RANK.admin,
  'org.edit': RANK.admin,
  'audit.read': RANK.admin,
} as const;

export type Permission = keyof typeof NEEDS;

/** Whether `role` may do `permission`. */
export function can(role: Role, permission: Permission): boolean {
  return RANK[role] >= NEEDS[permission];
}

/** Whether the signed-in person may do `permission` in the active organization. */
export function useCan(permission: Permission): boolean {
  return can(useOrg().role, permission);
}
