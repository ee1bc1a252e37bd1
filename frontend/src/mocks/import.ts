import { http } from 'msw';
import type { FieldProblem, ImportInput, ImportReport, ImportRow } from '@/api/types';
import { instantsOf } from '@/ui/zoned';
import { at, broken, json, newId, problem } from './answers';
import { db } from './db';

/** What was made under which key, by the row's place. */
const made = new Map<string, Map<number, ImportRow>>();

/** Accounts whose networks were asked what they offer. */
const asked = new Set<string>();

/** Forgets what was made and asked. */
export function resetImports(): void {
  made.clear();
  asked.clear();
}

function fault(row: number, cell: string, code: string, detail: string, fix: string): FieldProblem {
  return { pointer: `/rows/${row}/${cell}`, code, severity: 'error', detail, fix };
}

/** What the API has heard of an account's boards: nothing until it was asked for them. */
function boardProblem(row: number, board: string, account: string): FieldProblem | null {
  if (!board || asked.has(account)) return null;
  const detail = 'What Pinterest offers this account for board is not known yet.';
  const fix = 'Choose the account in the composer once: then Pinterest is asked.';
  return { ...fault(row, 'pinterest.board', 'choices-unknown', detail, fix), account_id: account };
}

/** A row without quotation marks, which is all that the mock reads. */
function judge(cells: Record<string, string>, index: number, input: ImportInput): ImportRow {
  const { text = '', date = '', time = '', accounts = '', alt = '' } = cells;
  const problems: FieldProblem[] = [];
  const settings = Object.fromEntries(
    Object.entries(cells).filter(([name, cell]) => name.includes('.') && cell !== ''),
  );
  const names = accounts.split(';').flatMap((name) => name.trim() || []);
  const found = names.flatMap((name) => {
    const handle = name.replace(/^(\w+:)?@?/, '').toLowerCase();
    const known = db.accounts.filter((each) =>
      [each.handle, each.name].some((of) => of.toLowerCase() === handle),
    );
    if (known.length === 1) return known;
    const fix = `Write one of these: ${db.accounts.map((each) => `${each.platform}:${each.handle}`).join(', ')}.`;
    problems.push(
      fault(index, 'accounts', 'account-unknown', `No connected account is called “${name}”.`, fix),
    );
    return [];
  });
  for (const { id, platform } of found) {
    const problem = boardProblem(index, settings['pinterest.board'] ?? '', id);
    if (problem && platform === 'pinterest') problems.push(problem);
  }
  const local = date && time ? `${date}T${time}:00` : null;
  const instant = local ? instantsOf(local.slice(0, 16), input.zone)[0] : undefined;
  if (instant !== undefined && instant < Date.now()) {
    const detail = `${date} ${time}: That time has already passed.`;
    problems.push(fault(index, 'date', 'time-in-past', detail, 'Choose a later one.'));
  }
  const schedule =
    local && instant !== undefined && instant > Date.now()
      ? { local, zone: input.zone, at: new Date(instant).toISOString() }
      : null;
  return {
    line: index + 2,
    state: problems.length > 0 ? 'faulty' : 'ready',
    excerpt: text,
    schedule,
    accounts: names.length > 0 ? found.map(({ id }) => id) : input.accounts,
    media: [],
    alts: alt.split(';').flatMap((text) => text.trim() || []),
    form: '',
    settings,
    problems,
    post_id: null,
  };
}

function read(input: ImportInput): ImportReport {
  const [header = '', ...lines] = input.csv.trim().split(/\r?\n/);
  const separator = header.includes('\t') ? '\t' : ',';
  const columns = header.split(separator).map((name) => name.trim().toLowerCase());
  if (!columns.includes('text')) {
    const detail = 'The first line names no column “text”.';
    const fix = 'The first line names the columns, such as text, date, time, accounts.';
    const wrong: FieldProblem = {
      pointer: '/csv',
      code: 'column-text-missing',
      severity: 'error',
      detail,
      fix,
    };
    return report([], [wrong]);
  }
  const rows = lines.map((line, index) => {
    const cells = line.split(separator).map((cell, place) => [columns[place] ?? '', cell.trim()]);
    return judge(Object.fromEntries(cells), index, input);
  });
  return report(rows, []);
}

function report(rows: ImportRow[], problems: FieldProblem[]): ImportReport {
  const of = (...states: ImportRow['state'][]) => rows.filter(({ state }) => states.includes(state)).length;
  const timed = rows.filter(({ state, schedule }) => state !== 'faulty' && schedule).length;
  const counts = {
    rows: rows.length,
    ready: of('ready'),
    faulty: of('faulty'),
    made: of('made'),
    left: of('failed', 'waiting'),
    scheduled: timed,
    drafts: rows.length - of('faulty') - timed,
  };
  return { rows, problems, counts };
}

/** Sheets as the API imports them, but for what only its rules know. */
export const handlers = [
  // Only notes that it was asked: what is offered is answered elsewhere.
  http.get(at('/accounts/:id/offers'), ({ params }) => {
    asked.add(params.id as string);
  }),
  http.post(at('/posts/import'), async ({ request }) => {
    const input = (await request.json()) as ImportInput;
    const key = request.headers.get('Idempotency-Key') ?? '';
    const before = made.get(key) ?? new Map<number, ImportRow>();
    const judged = read(input);
    const rows = judged.rows.map((row, index) => before.get(index) ?? row);
    if (input.dry_run) return json(report(rows, judged.problems));
    if (!key) return problem('bad-request', 400, 'Send an Idempotency-Key.');
    const errors = [...judged.problems, ...rows.flatMap((row) => row.problems)];
    if (before.size === 0 && errors.length > 0) return broken(errors);
    const done = rows.map((row) =>
      row.state === 'ready' ? { ...row, state: 'made' as const, post_id: newId('pst') } : row,
    );
    made.set(key, new Map(done.flatMap((row, index) => (row.state === 'made' ? [[index, row]] : []))));
    return json(report(done, []));
  }),
];
