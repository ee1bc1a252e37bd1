import type { Account, FieldProblem, Platform } from '@/api/types';
import { COLUMNS, type Column, columnNamed } from './columns';

/** What of a row a problem is about. */
export type Field = (typeof COLUMNS)[number] | 'settings' | 'row';

const parts = (pointer: string) => pointer.replace(/^\/rows\/\d+\/?/, '').split('/');

/** The cell that a pointer such as `/rows/3/targets/0/text` or `/rows/3/tiktok.privacy` leads to. */
export function fieldOf({ pointer }: Pick<FieldProblem, 'pointer'>): Field {
  const [first = '', second, ...rest] = parts(pointer);
  if (columnNamed(first)) return 'settings';
  if (first === 'targets') {
    if (second === undefined || rest[0] === 'account_id') return 'accounts';
    if (rest[0] === 'format') return 'form';
    if (rest[0] === 'settings') return 'settings';
    return COLUMNS.find((field) => field === rest[0]) ?? 'row';
  }
  return COLUMNS.find((field) => field === first) ?? 'row';
}

/** The network's setting that a problem is about. */
export function settingOf(problem: FieldProblem, accounts: Account[]): Column | null {
  const [first = '', , group, name] = parts(problem.pointer);
  if (first !== 'targets') return columnNamed(first);
  const platform: Platform | undefined = accounts.find(({ id }) => id === problem.account_id)?.platform;
  return group === 'settings' && platform && name ? columnNamed(`${platform}.${name}`) : null;
}
