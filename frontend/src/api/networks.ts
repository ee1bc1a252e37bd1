import { api, client, ifMatch } from './client';
import type { paths } from './schema';
import type { Account, Answer, Platform } from './types';

/** Every network, and how it can be connected here. */
export type Networks = Answer<paths['/api/networks']['get']>;
export type Network = Networks['networks'][number];
/** One way to connect, such as a person's profile or an organization's page. */
export type Way = Network['ways'][number];
/** A permission that a network asks people for. */
export type Scope = Way['scopes'][number];
/** The accounts that permission was given for. */
export type Choices = Answer<paths['/api/accounts/choices/{id}']['get']>;
/** What an account may choose among now. */
export type Offers = Answer<paths['/api/accounts/{id}/offers']['get']>;
export type AccountGroups = Answer<paths['/api/accounts/groups']['get']>;
export type AccountGroup = AccountGroups['groups'][number];

const groupsQuery = api.queryOptions('get', '/api/accounts/groups', undefined, { staleTime: 60_000 });
export const GROUPS = groupsQuery.queryKey;

/** Every network, and how it can be connected here. */
export function useNetworks() {
  return api.useQuery('get', '/api/networks', undefined, { staleTime: 60_000 });
}

/** Where to send the person to allow access. */
export async function authorizeUrl(platform: Platform, way: string): Promise<string> {
  const params = { path: { platform } };
  const { data } = await client.POST('/api/accounts/connect/{platform}', { params, body: { way } });
  return data?.authorize_url ?? '';
}

/** The accounts that a permission just given is good for. It is kept for minutes, and asking again gives the same. */
export function useChoices(id: string) {
  const params = { path: { id } };
  return api.useQuery(
    'get',
    '/api/accounts/choices/{id}',
    { params },
    { staleTime: Number.POSITIVE_INFINITY, retry: false },
  );
}

/** Connects the chosen ones; the choice is used up by it. */
export async function connectChosen(id: string, remote_ids: string[]): Promise<Account[]> {
  const params = { path: { id } };
  const { data } = await client.POST('/api/accounts/choices/{id}', { params, body: { remote_ids } });
  return data?.items ?? [];
}

/** What an account's network offers it now. */
export function useOffers(account: string, enabled = true) {
  const params = { path: { id: account } };
  return api.useQuery(
    'get',
    '/api/accounts/{id}/offers',
    { params },
    { enabled, staleTime: 60_000, retry: false },
  );
}

/** Groups of accounts that are chosen together. */
export function useGroups() {
  return api.useQuery('get', '/api/accounts/groups', undefined, { staleTime: 60_000 });
}

/** Replaces all groups, unless somebody else changed them since; one with an empty id is new. */
export async function saveGroups({ version, groups }: AccountGroups): Promise<AccountGroups> {
  const wanted = groups.map(({ id, ...group }) => ({ ...group, id: id || null }));
  const params = { header: ifMatch(version) };
  const { data } = await client.PUT('/api/accounts/groups', { params, body: { groups: wanted } });
  return data as AccountGroups;
}
