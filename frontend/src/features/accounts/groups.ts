import type { AccountGroup } from '@/api/networks';

/** The same groups with one added or changed; one without an id is new. */
export function withGroup(groups: AccountGroup[], group: AccountGroup): AccountGroup[] {
  const known = groups.some(({ id }) => id === group.id);
  return known ? groups.map((each) => (each.id === group.id ? group : each)) : [...groups, group];
}

/** What keeps a group from being saved. */
export function trouble(groups: AccountGroup[], { id, name, account_ids }: AccountGroup) {
  const same = (other: string) => other.trim().toLowerCase() === name.trim().toLowerCase();
  return {
    name: !name.trim()
      ? ('nameMissing' as const)
      : groups.some((each) => each.id !== id && same(each.name))
        ? ('nameTaken' as const)
        : null,
    accounts: account_ids.length === 0 ? ('accountsMissing' as const) : null,
  };
}
