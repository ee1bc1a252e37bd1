import type { FieldProblem } from '@/api/types';

const FIELDS = ['text', 'date', 'time', 'when', 'zone', 'accounts', 'media', 'first_comment'] as const;

/** What of a row a problem is about. */
export type Field = (typeof FIELDS)[number] | 'settings' | 'row';

/** The cell that a pointer such as `/rows/3/targets/0/text` leads to. */
export function fieldOf({ pointer }: Pick<FieldProblem, 'pointer'>): Field {
  const [first, second, ...rest] = pointer.replace(/^\/rows\/\d+\/?/, '').split('/');
  if (first === 'targets') {
    if (second === undefined || rest[0] === 'account_id') return 'accounts';
    if (rest[0] === 'settings' || rest[0] === 'format') return 'settings';
    return FIELDS.find((field) => field === rest[0]) ?? 'row';
  }
  return FIELDS.find((field) => field === first) ?? 'row';
}
