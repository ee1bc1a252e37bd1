import { screen, within } from '@testing-library/react';
import { useState } from 'react';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Account, Platform } from '@/api/types';
import { db } from '@/mocks/db';
import { accountOf, networksDb } from '@/mocks/networks';
import { resetPosts } from '@/mocks/posts';
import Messages from '@/shell/Messages';
import { expectAccessible } from '@/test/axe';
import { renderPage } from '@/test/render';
import { CommentField } from './CommentField';
import ComposerPage from './ComposerPage';
import { blank, type Composition, type Place, toInput } from './composition';
import { findings } from './findings';
import { ThreadEditor } from './ThreadEditor';

const namespaces = ['composer', 'media', 'networks', 'schedule', 'series'];
type Problems = Parameters<typeof findings>[0];

/** The thread and the first comment of a post to these networks, as seen from `place`. */
async function show(platforms: Platform[], place: Place = 'all', problems: Problems = []) {
  const accounts: Account[] = platforms.map((platform) => accountOf(platform));
  const ids = accounts.map(({ id }) => ({ id }));
  const seen: { now: Composition } = { now: { ...blank(ids.map(({ id }) => id)), text: 'One' } };
  let go: (place: Place) => void = () => {};
  function Held() {
    const [composition, setComposition] = useState(seen.now);
    const [here, setHere] = useState(place);
    seen.now = composition;
    go = setHere;
    const props = {
      composition,
      accounts,
      place: here,
      onChange: setComposition,
      findings: findings(problems, toInput(composition, ids)),
    };
    return (
      <>
        <ThreadEditor {...props} />
        <CommentField {...props} />
        <Messages />
      </>
    );
  }
  const view = await renderPage(<Held />, { namespaces });
  return { ...view, input: () => toInput(seen.now, ids), at: (next: Place) => go(next) };
}

const part = (number: number) => screen.findByRole('textbox', { name: `Text of part ${number}` });

describe('a thread', () => {
  it('is written part by part, in an order that can change', async () => {
    const { user, input } = await show(['x', 'linkedin']);
    await user.click(await screen.findByRole('button', { name: 'Add part' }));
    await user.type(await part(2), 'Two');
    await user.click(screen.getByRole('button', { name: 'Add part' }));
    await user.type(await part(3), 'Three');
    expect(screen.getByText('Only X can have threads.')).toBeVisible();
    expect(screen.getByText(/X: 3 of 280 characters, 277 left/)).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Move part 3 up' }));
    expect(input().thread.map(({ text }) => text)).toEqual(['Three', 'Two']);
    await expectAccessible();
  });

  it('gets a part back that was taken out by mistake', async () => {
    const { user, input } = await show(['x']);
    await user.click(await screen.findByRole('button', { name: 'Add part' }));
    await user.type(await part(2), 'Two');
    await user.click(screen.getByRole('button', { name: 'Take part 2 out' }));
    expect(input().thread).toEqual([]);
    await user.click(await screen.findByRole('button', { name: 'Undo' }));
    expect(input().thread).toEqual([{ text: 'Two', media: [] }]);
  });

  it('can be different for one account, or left out there', async () => {
    const { user, input, at } = await show(['x', 'bluesky']);
    await user.click(await screen.findByRole('button', { name: 'Add part' }));
    await user.type(await part(2), 'Two');
    at('acc_x');
    expect(await screen.findByText('X gets the shared parts.')).toBeVisible();
    expect(await part(2)).toHaveAttribute('readonly');
    const thread = within(screen.getByRole('region', { name: 'Thread' }));
    await user.click(thread.getByRole('button', { name: 'For this account only' }));
    await user.type(await part(2), ' only');
    await user.click(thread.getByRole('button', { name: 'Leave out' }));
    expect(input().targets.map((target) => target.thread)).toEqual([[], null]);
    await user.click(thread.getByRole('button', { name: 'For this account only' }));
    expect(await part(2)).toHaveValue('Two only');
  });

  it('says what is wrong at the part it is about', async () => {
    const problem = {
      pointer: '/thread/1/text',
      account_id: 'acc_x',
      code: 'text-too-long',
      severity: 'error' as const,
      detail: 'Part 3 is too long.',
      fix: '',
    };
    const { user } = await show(['x'], 'all', [problem]);
    await user.click(await screen.findByRole('button', { name: 'Add part' }));
    await user.click(screen.getByRole('button', { name: 'Add part' }));
    const item = (await part(3)).closest('li') as HTMLElement;
    expect(within(item).getByText('Part 3 is too long.')).toBeVisible();
    expect(screen.getAllByText('Part 3 is too long.')).toHaveLength(1);
  });

  it('is not offered where no chosen network has one', async () => {
    await show(['linkedin', 'tiktok']);
    await screen.findByRole('heading', { name: 'First comment' });
    expect(screen.queryByRole('button', { name: 'Add part' })).not.toBeInTheDocument();
  });
});

describe('a first comment', () => {
  it('is counted, shared, written for one account or left out there', async () => {
    const { user, input, at } = await show(['linkedin', 'facebook', 'tiktok']);
    await user.type(await screen.findByLabelText('First comment for all accounts'), 'Hi');
    expect(screen.getByText(/LinkedIn: 2 of 1250 characters/)).toBeInTheDocument();
    expect(screen.getByText('Only LinkedIn, Facebook can have one.')).toBeVisible();
    at('acc_linkedin');
    await user.click(await screen.findByRole('button', { name: 'Leave out' }));
    expect(input()).toMatchObject({ first_comment: 'Hi', targets: [{ first_comment: '' }, {}, {}] });
    await user.click(screen.getByRole('button', { name: 'Use the shared one' }));
    expect(input().targets[0]?.first_comment).toBeNull();
  });
});

describe('the composer', () => {
  beforeEach(() => resetPosts());

  it('chooses all accounts of a group at once, and keeps what is written for them', async () => {
    db.accounts = [accountOf('page'), accountOf('x'), accountOf('threads')];
    networksDb.groups = {
      version: 1,
      groups: [{ id: 'grp_1', name: 'Launches', account_ids: ['acc_x', 'acc_threads', 'acc_gone'] }],
    };
    const first = await renderPage(<ComposerPage />, { path: '/posts/new', namespaces });
    await first.user.click(await screen.findByRole('button', { name: 'Launches: 2 accounts' }));
    expect(screen.getByRole('checkbox', { name: /X ·/ })).toBeChecked();
    expect(screen.getByRole('checkbox', { name: /Threads ·/ })).toBeChecked();
    await first.user.click(await screen.findByRole('button', { name: 'Add part' }));
    await first.user.type(await part(2), 'Do not lose me');
    first.unmount();
    await renderPage(<ComposerPage />, { path: '/posts/new', namespaces });
    expect(await part(2)).toHaveValue('Do not lose me');
  });
});
