import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import type { UserEvent } from '@testing-library/user-event';
import { getResponse, http } from 'msw';
import { beforeEach, describe, expect, it } from 'vitest';
import { at, json, problem } from '@/mocks/answers';
import { db } from '@/mocks/db';
import { handlers as imports, resetImports } from '@/mocks/import';
import { accountOf } from '@/mocks/networks';
import { server } from '@/mocks/server';
import { expectAccessible } from '@/test/axe';
import { renderPage } from '@/test/render';
import ImportPage from './ImportPage';

beforeEach(() => resetImports());

const show = (role?: 'viewer' | 'author') =>
  renderPage(<ImportPage />, { path: '/posts/import', role, namespaces: ['import', 'networks'] });
const nextYear = new Date().getUTCFullYear() + 1;
const GOOD = `text,date,time,accounts\nFirst kiln day,${nextYear}-03-01,09:00,page:oficina-azul\nA draft,,,\n`;
const FAULTY = `${GOOD}For nobody,${nextYear}-03-01,09:00,myspace:tom\nToo late,2020-01-01,09:00,\n`;

const paste = (csv: string) =>
  fireEvent.change(screen.getByRole('textbox', { name: /Or paste rows|The rows as text/ }), {
    target: { value: csv },
  });
const row = (line: number, state: string) =>
  screen.findByRole('listitem', { name: `Line ${line}: ${state}` });

/** Presses a button as soon as it can be: what was changed last is looked at first. */
async function press(user: UserEvent, name: string) {
  const button = await screen.findByRole('button', { name });
  await waitFor(() => expect(button).toBeEnabled());
  await user.click(button);
}

describe('a sheet', () => {
  it('is looked at row by row, imported, and shown in the calendar', async () => {
    const { user, container } = await show();
    await screen.findByText('Drop a CSV file here');
    expect(screen.queryByRole('button', { name: /^Import/ })).not.toBeInTheDocument();
    await expectAccessible(container);
    paste(GOOD);
    const first = await row(2, 'Ready');
    expect(within(first).getByText('First kiln day')).toBeVisible();
    expect(within(first).getByText(new RegExp(`1 Mar ${nextYear}, 09:00`))).toBeVisible();
    expect(within(await row(3, 'Ready')).getByText('Draft')).toBeVisible();
    expect(screen.getByText('2 rows: 1 with a time, 1 draft.')).toBeVisible();
    await expectAccessible(container);
    await press(user, 'Import 2 posts');
    const done = await screen.findByRole('heading', { name: '2 posts are made' });
    expect(done).toHaveFocus();
    expect(screen.getByRole('link', { name: 'See them in the calendar' })).toHaveAttribute(
      'href',
      `/calendar?date=${nextYear}-03-01`,
    );
    await expectAccessible(container);
    await user.click(screen.getByRole('button', { name: 'Import another sheet' }));
    expect(await screen.findByRole('textbox', { name: 'Or paste rows' })).toHaveValue('');
  });

  it('with faults says of each cell what to do, and imports nothing', async () => {
    const { user, container } = await show();
    await screen.findByText('Drop a CSV file here');
    paste(FAULTY);
    const nobody = await row(4, 'To fix');
    expect(within(nobody).getByText(/No connected account is called “myspace:tom”/)).toBeVisible();
    expect(within(nobody).getByText(/Write one of these: .*page:oficina-azul/)).toBeVisible();
    expect(within(nobody).getByText('Accounts:')).toBeVisible();
    expect(within(await row(5, 'To fix')).getByText('Time to fix')).toBeVisible();
    const button = screen.getByRole('button', { name: 'Import 2 posts' });
    expect(button).toBeDisabled();
    expect(button).toHaveAccessibleDescription(/Fix 2 rows first/);
    await expectAccessible(container);
    await user.click(screen.getByRole('radio', { name: 'To fix: 2' }));
    expect(screen.queryByRole('listitem', { name: 'Line 2: Ready' })).not.toBeInTheDocument();
    expect(await row(4, 'To fix')).toBeVisible();
    paste(GOOD);
    await waitFor(() => expect(screen.getByRole('button', { name: 'Import 2 posts' })).toBeEnabled());
    expect(await row(2, 'Ready')).toBeVisible();
  });

  it('comes from a file; one that cannot be read says why and changes nothing', async () => {
    const { user, container } = await show();
    await screen.findByText('Drop a CSV file here');
    const input = () => container.querySelector('input[type="file"]') as HTMLInputElement;
    const workbook = new File([new Uint8Array([0x50, 0x4b, 3, 4])], 'plan.xlsx', { type: 'text/csv' });
    await user.upload(input(), workbook);
    expect(await screen.findByText(/plan.xlsx is a workbook. Save or download it as CSV/)).toBeVisible();
    await user.upload(input(), new File([GOOD], 'plan.csv', { type: 'text/csv' }));
    expect(await screen.findByText('plan.csv')).toBeVisible();
    expect(await row(2, 'Ready')).toBeVisible();
    expect(screen.queryByText(/is a workbook/)).not.toBeInTheDocument();
  });

  it('that is no sheet says what one looks like', async () => {
    await show();
    await screen.findByText('Drop a CSV file here');
    paste('Hello\nworld\n');
    expect(await screen.findByText('The first line names no column “text”.')).toBeVisible();
    expect(screen.getByRole('button', { name: /^Import/ })).toBeDisabled();
  });

  it('goes where the chosen accounts are, unless a row says otherwise', async () => {
    const { user } = await show();
    await screen.findByText('Drop a CSV file here');
    paste('text\nHello\n');
    const only = await row(2, 'Ready');
    expect(within(only).getByText('No account')).toBeVisible();
    const bluesky = db.accounts.find(({ platform }) => platform === 'bluesky');
    await user.click(screen.getByRole('checkbox', { name: /Bluesky/ }));
    expect(await within(await row(2, 'Ready')).findByText(`@${bluesky?.handle}`)).toBeVisible();
  });

  it('that cannot be looked at stays, and is looked at again', async () => {
    let down = true;
    const { user } = await show();
    await screen.findByText('Drop a CSV file here');
    server.use(
      http.post(at('/posts/import'), () => (down ? problem('unavailable', 503, 'Not now.') : undefined)),
    );
    paste(GOOD);
    expect(await screen.findByText(/Not now\./)).toBeVisible();
    expect(screen.getByRole('button', { name: /^Import/ })).toHaveAccessibleDescription(
      'The rows could not be looked at.',
    );
    expect(screen.getByRole('textbox', { name: 'The rows as text' })).toHaveValue(GOOD);
    down = false;
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await row(2, 'Ready')).toBeVisible();
    expect(screen.queryByText(/Not now\./)).not.toBeInTheDocument();
  });

  it('survives a reload, and is forgotten when it is cleared', async () => {
    const first = await show();
    await screen.findByText('Drop a CSV file here');
    paste(GOOD);
    await row(2, 'Ready');
    first.unmount();
    const { user } = await show();
    expect(await screen.findByRole('textbox', { name: 'The rows as text' })).toHaveValue(GOOD);
    expect(screen.getByText('This is the sheet that you left here.')).toBeVisible();
    expect(await row(2, 'Ready')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Start over' }));
    expect(await screen.findByRole('textbox', { name: 'Or paste rows' })).toHaveValue('');
    expect(screen.queryByRole('listitem', { name: /^Line/ })).not.toBeInTheDocument();
  });
});

describe('what only one network has', () => {
  const SHEET = 'text\taccounts\talt\tpinterest.board\nNew bowls\tpinterest:oficinaazul\tA bowl\tGlazes\n';

  it('is listed for the networks that are connected, with what they need', async () => {
    db.accounts = [...db.accounts, accountOf('pinterest'), accountOf('tiktok')];
    const { user, container } = await show();
    await user.click(await screen.findByText('Which columns are read'));
    const tiktok = await screen.findByRole('region', { name: 'TikTok' });
    const privacy = within(tiktok).getByText('tiktok.privacy').closest('div') as HTMLElement;
    expect(privacy).toHaveTextContent('Who can watch it, needed');
    expect(within(tiktok).getByText('tiktok.title').closest('div')).not.toHaveTextContent('needed');
    expect(screen.queryByText('youtube.title')).not.toBeInTheDocument();
    await expectAccessible(container);
  });

  it('is asked for where it is not known, and shown as it is written', async () => {
    db.accounts = [...db.accounts, accountOf('pinterest')];
    const { container } = await show();
    await screen.findByText('Drop a CSV file here');
    paste(SHEET);
    const ready = await row(2, 'Ready');
    expect(within(ready).getByText('Board')).toBeVisible();
    expect(within(ready).getByText('Glazes')).toBeVisible();
    await expectAccessible(container);
  });

  it('that cannot be asked for says in which column what is to be done', async () => {
    db.accounts = [...db.accounts, accountOf('pinterest')];
    let times = 0;
    server.use(
      http.get(at('/accounts/:id/offers'), () => {
        times += 1;
        return problem('unavailable', 503, 'Pinterest does not answer.');
      }),
    );
    await show();
    await screen.findByText('Drop a CSV file here');
    paste(SHEET);
    const faulty = await row(2, 'To fix');
    expect(within(faulty).getByText('Board · Pinterest:')).toBeVisible();
    expect(within(faulty).getByText(/Choose the account in the composer once/)).toBeVisible();
    await waitFor(() => expect(times).toBe(1));
  });
});

describe('an import that does not go through', () => {
  const keys: (string | null)[] = [];
  beforeEach(() => {
    keys.length = 0;
  });

  /** Fails the first real import as `answer` says. */
  function failOnce(answer: () => Response) {
    server.use(
      http.post(at('/posts/import'), async ({ request }) => {
        const { dry_run } = (await request.clone().json()) as { dry_run: boolean };
        if (dry_run) return undefined;
        keys.push(request.headers.get('Idempotency-Key'));
        return keys.length === 1 ? answer() : undefined;
      }),
    );
  }

  it('keeps the sheet and goes on under the same key', async () => {
    failOnce(() => Response.error());
    const { user, container } = await show();
    await screen.findByText('Drop a CSV file here');
    paste(GOOD);
    await row(2, 'Ready');
    await press(user, 'Import 2 posts');
    expect(await screen.findByText(/The connection broke. Rows that are made stay/)).toBeVisible();
    expect(screen.getByRole('textbox', { name: 'The rows as text' })).toHaveValue(GOOD);
    await expectAccessible(container);
    await press(user, 'Import 2 posts');
    expect(await screen.findByRole('heading', { name: '2 posts are made' })).toBeVisible();
    expect(keys).toHaveLength(2);
    expect(keys[0]).toBe(keys[1]);
  });

  it('finds out by itself when only the answer was lost', async () => {
    const { user } = await show();
    await screen.findByText('Drop a CSV file here');
    paste(GOOD);
    await row(2, 'Ready');
    let sent = 0;
    server.use(
      http.post(at('/posts/import'), async ({ request }) => {
        const { dry_run } = (await request.clone().json()) as { dry_run: boolean };
        if (dry_run) return undefined;
        // It is made, and nobody here learns of it.
        await getResponse(imports, request);
        sent += 1;
        return Response.error();
      }),
    );
    await press(user, 'Import 2 posts');
    expect(await screen.findByRole('heading', { name: '2 posts are made' })).toBeVisible();
    expect(sent).toBe(1);
  });

  it('shows which rows are made and which are not, and makes the rest', async () => {
    const base = {
      excerpt: 'Hello',
      schedule: null,
      accounts: [],
      media: [],
      alts: [],
      form: '',
      settings: {},
    };
    const why = {
      pointer: '/rows/1',
      code: 'unavailable',
      severity: 'error',
      detail: 'Busy.',
      fix: 'Again.',
    };
    failOnce(() =>
      json({
        problems: [],
        rows: [
          { ...base, line: 2, state: 'made', problems: [], post_id: 'pst_01JD9000000000000000000001' },
          { ...base, line: 3, state: 'failed', problems: [why], post_id: null },
        ],
        counts: { rows: 2, ready: 0, faulty: 0, made: 1, left: 1, drafts: 2, scheduled: 0 },
      }),
    );
    const { user, container } = await show();
    await screen.findByText('Drop a CSV file here');
    paste(GOOD);
    await row(2, 'Ready');
    await press(user, 'Import 2 posts');
    expect(within(await row(2, 'Made')).getByRole('link', { name: 'Open the post' })).toBeVisible();
    expect(within(await row(3, 'Not made')).getByText('Busy.')).toBeVisible();
    expect(screen.getByText(/1 row is not made yet. Import again to make it/)).toBeVisible();
    await expectAccessible(container);
    await press(user, 'Import the other 1');
    expect(await screen.findByRole('heading', { name: '2 posts are made' })).toBeVisible();
    expect(keys[0]).toBe(keys[1]);
  });

  it('goes on by itself where the time of one request was too short', async () => {
    const base = {
      ...{ excerpt: 'Hello', schedule: null, accounts: [], media: [], alts: [], form: '', settings: {} },
      ...{ problems: [], post_id: null },
    };
    failOnce(() =>
      json({
        problems: [],
        rows: [
          { ...base, line: 2, state: 'made', post_id: 'pst_01JD9000000000000000000001' },
          { ...base, line: 3, state: 'waiting' },
        ],
        counts: { rows: 2, ready: 0, faulty: 0, made: 1, left: 1, drafts: 2, scheduled: 0 },
      }),
    );
    const { user } = await show();
    await screen.findByText('Drop a CSV file here');
    paste(GOOD);
    await row(2, 'Ready');
    await press(user, 'Import 2 posts');
    expect(await screen.findByRole('heading', { name: '2 posts are made' })).toBeVisible();
    expect(keys).toHaveLength(2);
  });

  it('whose rows were changed since they were made offers a new one', async () => {
    failOnce(() => problem('idempotency-mismatch', 422, 'This key was used with another request.'));
    const { user } = await show();
    await screen.findByText('Drop a CSV file here');
    paste(GOOD);
    await row(2, 'Ready');
    await press(user, 'Import 2 posts');
    expect(await screen.findByText(/rows that are made already read differently here/)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Start a new import' }));
    await press(user, 'Import 2 posts');
    expect(await screen.findByRole('heading', { name: '2 posts are made' })).toBeVisible();
    expect(keys[0]).not.toBe(keys[1]);
  });
});

describe('what is around', () => {
  it('is a template for the connected accounts', async () => {
    await show();
    const link = await screen.findByRole('link', { name: 'Download a template' });
    expect(link).toHaveAttribute('download', 'posts.csv');
    expect(decodeURIComponent(link.getAttribute('href') ?? '')).toContain('page:oficina-azul');
  });

  it('says to whoever may not write that they may not', async () => {
    const { container } = await show('viewer');
    expect(await screen.findByRole('heading', { name: 'Authors and above can import' })).toBeVisible();
    expect(screen.queryByRole('textbox')).not.toBeInTheDocument();
    await expectAccessible(container);
  });

  it('says why there are no accounts to choose, and when they cannot be loaded', async () => {
    db.accounts = [];
    const { unmount } = await show();
    expect(await screen.findByText(/No account is connected yet/)).toBeVisible();
    expect(screen.getByRole('link', { name: 'Connect an account' })).toHaveAttribute('href', '/accounts');
    unmount();
    server.use(http.get(at('/accounts'), () => problem('unavailable', 503, 'Not now.')));
    await show();
    expect(await screen.findByRole('button', { name: 'Try again' })).toBeVisible();
  });
});
