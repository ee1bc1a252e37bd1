import table from '@rules';
import type { Account, Platform } from '@/api/types';
import { extrasFor } from '@/parts/networkRules';
import { ruleFor, type SettingRule } from '@/parts/rules';

/** The columns that every sheet may have, as the API names them. */
export const COLUMNS = [
  'text',
  'date',
  'time',
  'when',
  'zone',
  'accounts',
  'media',
  'alt',
  'first_comment',
  'form',
] as const;

/** A column for one of a network's own settings. */
export interface Column {
  /** As a sheet names it: `tiktok.privacy`. */
  name: string;
  platform: Platform;
  rule: SettingRule;
}

/** The columns of a network, in the order of the rule table. */
export function columnsOf(platform: Platform): Column[] {
  return ruleFor(platform).settings.map((rule) => ({ name: `${platform}.${rule.name}`, platform, rule }));
}

/** The networks of these accounts that have settings of their own, each once. */
export function networksOf(accounts: Account[]): Platform[] {
  const all = [...new Set(accounts.map(({ platform }) => platform))];
  return all.filter((platform) => columnsOf(platform).length > 0);
}

/** The column that the API names. */
export function columnNamed(name: string): Column | null {
  const [platform = '', setting] = name.split('.');
  if (!setting || !isPlatform(platform)) return null;
  return columnsOf(platform).find((column) => column.name === name) ?? null;
}

/** Whether every post there has to say it. */
export const isNeeded = ({ platform, rule }: Column) =>
  rule.required === true && extrasFor(platform).settings.some(({ name }) => name === rule.name);

function isPlatform(name: string): name is Platform {
  return Object.hasOwn(table.platforms, name);
}
