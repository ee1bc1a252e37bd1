import { useQuery } from '@tanstack/react-query';
import { client } from './client';
import type { Account, Platform } from './types';

/** How an account of a network is connected. */
export type ConnectKind = 'page' | 'password' | 'instance' | 'consent';

/** A permission that a network asks people for. */
export interface Scope {
  name: string;
  purpose: string;
  required: boolean;
}

/** One way to connect, such as a person's profile or an organization's page. */
export interface Way {
  name: string;
  /** Whether the operator has stored the app's secret. */
  configured: boolean;
  /** The secret's name below the installation's prefix. */
  secret: string | null;
  scopes: Scope[];
}

export interface Network {
  platform: Platform;
  connect: ConnectKind;
  ways: Way[];
}

export interface Networks {
  /** The networks are simulated: nothing leaves this computer. */
  sandbox: boolean;
  networks: Network[];
}

/** An account that permission was given for, and that can be connected with it. */
export interface Choice {
  remote_id: string;
  name: string;
  handle: string;
  avatar_url: string | null;
  /** Whether it is connected already. */
  connected: boolean;
}

export interface Choices {
  platform: Platform;
  way: string;
  accounts: Choice[];
  /** Permissions that were not given. */
  missing: Pick<Scope, 'name' | 'purpose'>[];
}

/** What an account may choose among now. */
export interface Offers {
  choices: Record<string, { value: string; label: string }[]>;
  /** Settings that the account may not use now. */
  disabled: string[];
  video_max_ms: number | null;
  quota: { used: number; total: number; window_seconds: number } | null;
}

export interface AccountGroup {
  id: string;
  name: string;
  account_ids: string[];
}

export interface AccountGroups {
  version: number;
  groups: AccountGroup[];
}

type Call = (path: string, init?: object) => Promise<{ data?: unknown }>;
const calls = client as unknown as { GET: Call; POST: Call; PUT: Call };

export const NETWORKS = ['get', '/api/networks'];
export const GROUPS = ['get', '/api/accounts/groups'];

/** Every network, and how it can be connected here. */
export function useNetworks() {
  return useQuery({
    queryKey: NETWORKS,
    queryFn: async ({ signal }) => (await calls.GET('/api/networks', { signal })).data as Networks,
    staleTime: 60_000,
  });
}

/** Where to send the person to allow access. */
export async function authorizeUrl(platform: Platform, way: string): Promise<string> {
  const params = { path: { platform } };
  const { data } = await calls.POST('/api/accounts/connect/{platform}', { params, body: { way } });
  return (data as { authorize_url: string }).authorize_url;
}

/** The accounts that a permission just given is good for. */
export function useChoices(id: string) {
  return useQuery({
    queryKey: ['get', '/api/accounts/choices/{id}', id],
    queryFn: async ({ signal }) =>
      (await calls.GET('/api/accounts/choices/{id}', { params: { path: { id } }, signal })).data as Choices,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}

/** Connects the chosen ones; the choice is used up by it. */
export async function connectChosen(id: string, remote_ids: string[]): Promise<Account[]> {
  const params = { path: { id } };
  const { data } = await calls.POST('/api/accounts/choices/{id}', { params, body: { remote_ids } });
  return (data as { items: Account[] }).items;
}

/** What an account's network offers it now. */
export function useOffers(account: string, enabled = true) {
  return useQuery({
    queryKey: ['get', '/api/accounts/{id}/offers', account],
    queryFn: async ({ signal }) =>
      (await calls.GET('/api/accounts/{id}/offers', { params: { path: { id: account } }, signal }))
        .data as Offers,
    enabled,
    staleTime: 60_000,
    retry: false,
  });
}

/** Groups of accounts that are chosen together. */
export function useGroups() {
  return useQuery({
    queryKey: GROUPS,
    queryFn: async ({ signal }) =>
      (await calls.GET('/api/accounts/groups', { signal })).data as AccountGroups,
    staleTime: 60_000,
  });
}

/** Replaces all groups, unless somebody else changed them since. */
export async function saveGroups({ version, groups }: AccountGroups): Promise<AccountGroups> {
  const params = { header: { 'If-Match': `"${version}"` } };
  const { data } = await calls.PUT('/api/accounts/groups', { params, body: { groups } });
  return data as AccountGroups;
}
