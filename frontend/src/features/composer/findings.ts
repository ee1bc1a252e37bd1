import type { FieldProblem } from '@/api/types';
import type { Input } from './composition';

/** What a network would refuse or change, at the place it is about, once for all accounts it concerns. */
export interface Finding {
  key: string;
  field: 'text' | 'media' | 'accounts';
  /** The file it is about, when it is about one. */
  file: string | null;
  /** The accounts it concerns; empty when all. */
  accounts: string[];
  code: string;
  severity: FieldProblem['severity'];
  detail: string;
  fix: string;
}

const POINTER = /^(?:\/body)?(?:\/targets\/(\d+))?(?:\/(text|media)(?:\/(\d+))?)?/;

function finding({ pointer, account_id, code, severity, detail, fix }: FieldProblem, input: Input): Finding {
  const [, target, part, index] = POINTER.exec(pointer) ?? [];
  const account = account_id ?? (target ? input.targets[Number(target)]?.account_id : undefined);
  const media = input.targets.find((each) => each.account_id === account)?.media ?? input.media;
  const field = part === 'text' || part === 'media' ? part : 'accounts';
  const file = field === 'media' && index ? (media[Number(index)] ?? null) : null;
  return {
    key: [field, file, code, detail].join(' '),
    field,
    file,
    accounts: account ? [account] : [],
    code,
    severity,
    detail,
    fix,
  };
}

/** The server's problems as findings, errors first. */
export function findings(problems: FieldProblem[], input: Input): Finding[] {
  const found = new Map<string, Finding>();
  for (const problem of problems) {
    const one = finding(problem, input);
    const same = found.get(one.key);
    if (same) same.accounts.push(...one.accounts.filter((account) => !same.accounts.includes(account)));
    else found.set(one.key, one);
  }
  const all = [...found.values()];
  return [
    ...all.filter((each) => each.severity === 'error'),
    ...all.filter((each) => each.severity !== 'error'),
  ];
}

/** Those that concern an account. */
export function concerning(all: Finding[], account: string): Finding[] {
  return all.filter(({ accounts }) => accounts.length === 0 || accounts.includes(account));
}

/** Whether any of them keeps the post from going out. */
export function hasErrors(all: Finding[]): boolean {
  return all.some(({ severity }) => severity === 'error');
}
