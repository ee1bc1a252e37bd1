import type { Role } from '@/api/types';

/** The roles an organization hands out, from the one that may do all to the one that may only look. */
export const ROLES = ['owner', 'admin', 'editor', 'author', 'viewer'] as const satisfies readonly Role[];

/** The roles somebody of `own` role may give: only owners make owners. */
export function grantable(own: Role): readonly (typeof ROLES)[number][] {
  return own === 'owner' ? ROLES : ROLES.filter((role) => role !== 'owner');
}
