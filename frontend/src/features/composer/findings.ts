import type { FieldProblem } from '@/api/types';
import type { Input } from './composition';

/** What a network would refuse or change, at the place it is about, once for all accounts it concerns. */
export interface Finding {
  key: string;
  field: 'text' | 'media' | 'comment' | 'format' | 'setting' | 'accounts';
  /** The part of the thread it is about, from 0; null when it is about the post itself. */
  part: number | null;
  /** The file it is about, when it is about one. */
  file: string | null;
  /** The setting it is about, when it is about one; `cover` for the cover, `subtitles` for those. */
  setting: string | null;
  /** The accounts it concerns; empty when all. */
  accounts: string[];
  code: string;
  severity: FieldProblem['severity'];
  detail: string;
  fix: string;
}

const POINTER =
  /^(?:\/body)?(?:\/targets\/(\d+))?(?:\/thread\/(\d+)|(?=\/thread$))?(?:\/(text|media|thread|first_comment|format|settings|cover|subtitles)(?:\/([^/]+))?)?/;

const FIELDS: Record<string, Finding['field']> = {
  text: 'text',
  media: 'media',
  thread: 'text',
  first_comment: 'comment',
  format: 'format',
  settings: 'setting',
  cover: 'setting',
  subtitles: 'setting',
};

/** What a problem is about, as its pointer says. */
function place(pointer: string, account_id: string | null | undefined, input: Input) {
  const [, target, at, name, index] = POINTER.exec(pointer) ?? [];
  const account = account_id ?? (target ? input.targets[Number(target)]?.account_id : undefined);
  const own = input.targets.find((each) => each.account_id === account);
  const part = at === undefined ? null : Number(at);
  const thread = own?.thread ?? input.thread;
  const media = part === null ? (own?.media ?? input.media) : (thread[part]?.media ?? []);
  // A part without anything more is about its text; a thread as a whole about its last part.
  const field = name ? (FIELDS[name] ?? 'accounts') : part === null ? 'accounts' : 'text';
  const files =
    field === 'media'
      ? media
      : name === 'subtitles'
        ? (own?.subtitles ?? []).map(({ media_id }) => media_id)
        : [];
  return {
    account,
    field,
    part: name === 'thread' ? thread.length - 1 : part,
    file: index === undefined ? null : (files[Number(index)] ?? null),
    setting: name === 'cover' || name === 'subtitles' ? name : field === 'setting' ? (index ?? null) : null,
  };
}

function finding({ pointer, account_id, code, severity, detail, fix }: FieldProblem, input: Input): Finding {
  const { account, field, part, file, setting } = place(pointer, account_id, input);
  return {
    key: [field, part, file, setting, code, detail].join(' '),
    field,
    part,
    file,
    setting,
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

/** Those about the post itself, or about one part of its thread. */
export function ofPart(all: Finding[], part: number | null): Finding[] {
  return all.filter((each) => each.part === part);
}

/** Whether any of them keeps the post from going out. */
export function hasErrors(all: Finding[]): boolean {
  return all.some(({ severity }) => severity === 'error');
}
