import { screen, waitFor, within } from '@testing-library/react';
import { http } from 'msw';
import { expect, test } from 'vitest';
import { json, problem } from '@/mocks/answers';
import { db } from '@/mocks/db';
import { accountOf, networksDb } from '@/mocks/networks';
import { server } from '@/mocks/server';
import { renderPage } from '@/test/render';
import AccountsPage from './AccountsPage';

const open = (path = '/accounts', role: 'owner' | 'viewer' = 'owner') =>
  renderPage(<AccountsPage />, { path, role, namespaces: ['accounts'] });

test('an account that lost its permission says so and offers to connect it again', async () => {
  await open();
  const row = await screen.findByText('@oficina@mastodon.social');
  const account = row.closest('li') as HTMLElement;
  expect(within(account).getByText('Permission ended')).toBeVisible();
  expect(within(account).getByText(/no longer accepts the permission/)).toBeVisible();
  expect(within(account).getByRole('button', { name: 'Connect again' })).toBeEnabled();
});

test('a refused app password is told at its field, and the handle stays', async () => {
  const { user } = await open();
  await user.click(await screen.findByRole('button', { name: 'Connect Bluesky' }));
  await user.type(await screen.findByLabelText('Handle'), '@studio.bsky.social');
  await user.type(screen.getByLabelText('App password'), 'short');
  await user.click(screen.getByRole('button', { name: 'Connect' }));
  expect(await screen.findByText(/Bluesky refused this app password\. Make a new one/)).toBeVisible();
  expect(screen.getByLabelText('Handle')).toHaveValue('@studio.bsky.social');
});

test('connecting Bluesky adds the account', async () => {
  const { user } = await open();
  await user.click(await screen.findByRole('button', { name: 'Connect Bluesky' }));
  await user.type(await screen.findByLabelText('Handle'), '@studio.bsky.social');
  await user.type(screen.getByLabelText('App password'), 'abcd-efgh-ijkl-mnop');
  await user.click(screen.getByRole('button', { name: 'Connect' }));
  expect(await screen.findByText('@studio.bsky.social')).toBeVisible();
});

test('the page is connected with one click when there is none', async () => {
  db.accounts = [];
  const { user } = await open();
  await user.click(await screen.findByRole('button', { name: 'Connect your page' }));
  expect(await screen.findByText('/p/oficina-azul')).toBeVisible();
});

test('what the callback brings back is shown', async () => {
  await open('/accounts?error=expired-state&detail=The%20request%20is%20too%20old.%20Start%20again.');
  expect(await screen.findByText('The request is too old. Start again.')).toBeVisible();
});

test('a viewer sees health but no way to change it', async () => {
  await open('/accounts', 'viewer');
  await screen.findByText('@oficina-azul.bsky.social');
  expect(screen.queryByRole('button', { name: /Connect|Actions/ })).not.toBeInTheDocument();
});

test('a failed list tells why and tries again', async () => {
  server.use(
    http.get('*/api/accounts', () => problem('unavailable', 503, 'The table is busy.'), { once: true }),
  );
  const { user } = await open();
  expect(await screen.findByText('The table is busy.')).toBeVisible();
  server.use(http.get('*/api/accounts', () => json({ items: db.accounts })));
  await user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByText('@oficina-azul.bsky.social')).toBeVisible();
});

test('networks without an app say which secret the operator has to store', async () => {
  await open();
  const waiting = await screen.findByRole('list', { name: 'Not configured' });
  const tiktok = within(waiting).getByText('TikTok').closest('li') as HTMLElement;
  expect(within(tiktok).getByText('network/tiktok')).toBeVisible();
  expect(within(tiktok).getByText('docs/networks/tiktok.md')).toBeVisible();
  const ready = screen.getByRole('list', { name: 'Ready to connect' });
  expect(within(ready).getByText('network/linkedin-organization')).toBeVisible();
  expect(within(ready).getByText('docs/networks/linkedin.md')).toBeVisible();
  expect(within(ready).getByRole('button', { name: 'Sign in with Facebook' })).toBeEnabled();
});

test('a way that the operator has not set up yet is told when it is tried', async () => {
  const { user, failures } = await open();
  await screen.findByRole('button', { name: 'Connect X' });
  for (const { platform, ways } of networksDb.networks) {
    if (platform === 'x') for (const way of ways) way.configured = false;
  }
  await user.click(screen.getByRole('button', { name: 'Connect X' }));
  await waitFor(() => expect(failures).toHaveLength(1));
  expect(failures[0]).toMatchObject({ slug: 'not-configured' });
});

test('several pages can be chosen at once, and those connected already are told', async () => {
  const { user, router } = await open('/accounts?choose=chc_1');
  const dialog = await screen.findByRole('dialog', { name: 'Which accounts?' });
  expect(await within(dialog).findByText(/Connected already/)).toBeVisible();
  expect(within(dialog).getByText(/read how posts do/)).toBeVisible();
  expect(within(dialog).getByRole('button', { name: 'Connect' })).toBeDisabled();
  await user.click(within(dialog).getByRole('checkbox', { name: /Porto/ }));
  await user.click(within(dialog).getByRole('checkbox', { name: /Feira/ }));
  await user.click(within(dialog).getByRole('button', { name: 'Connect 2 accounts' }));
  expect(await screen.findByRole('heading', { name: 'Feira do Barro' })).toBeInTheDocument();
  expect(router.state.location.search).toEqual({});
});

test('a choice that is over says so', async () => {
  await open('/accounts?choose=chc_old');
  expect(await screen.findByText(/open for too long, or is done/)).toBeVisible();
});

test('what was left out at the network is told with what it costs', async () => {
  db.accounts = [...db.accounts, accountOf('threads')];
  await open('/accounts?connected=acc_threads&missing=read_insights');
  expect(await screen.findByText('Threads: not everything was allowed')).toBeVisible();
  expect(await screen.findByText(/read how posts do/)).toBeVisible();
});

test('access that ends within a day is told, with the way to keep it', async () => {
  const soon = new Date(Date.now() + 5 * 3_600_000).toISOString();
  db.accounts = [accountOf('linkedin', { expires_at: soon }), accountOf('x', { expires_at: null })];
  await open();
  expect(await screen.findByText(/Access ends on .* posts, slots and groups stay/)).toBeVisible();
  expect(screen.getAllByRole('button', { name: 'Connect again' })).toHaveLength(1);
});

test('groups are made, changed and deleted', async () => {
  const { user } = await open();
  await user.click(await screen.findByRole('button', { name: 'New group' }));
  const dialog = await screen.findByRole('dialog', { name: 'New group' });
  await user.click(within(dialog).getByRole('button', { name: 'Save group' }));
  expect(within(dialog).getByText('Give the group a name.')).toBeVisible();
  expect(within(dialog).getByText('Choose at least one account.')).toBeVisible();
  await user.type(within(dialog).getByLabelText('Name'), 'Launches');
  await user.click(within(dialog).getByRole('checkbox', { name: /Bluesky/ }));
  await user.click(within(dialog).getByRole('button', { name: 'Save group' }));
  await user.click(await screen.findByRole('button', { name: 'Change Launches' }));
  await user.click(await screen.findByRole('button', { name: 'Delete group' }));
  expect(await screen.findByText('No groups yet.')).toBeVisible();
});

test('groups changed elsewhere are not replaced unseen', async () => {
  const { user } = await open();
  await user.click(await screen.findByRole('button', { name: 'New group' }));
  await user.type(await screen.findByLabelText('Name'), 'Launches');
  const dialog = screen.getByRole('dialog');
  await user.click(within(dialog).getByRole('checkbox', { name: /Bluesky/ }));
  networksDb.groups = {
    version: 5,
    groups: [{ id: 'g', name: 'Theirs', account_ids: [db.accounts[0]?.id ?? ''] }],
  };
  await user.click(within(dialog).getByRole('button', { name: 'Save group' }));
  expect(await within(dialog).findByText(/Somebody changed the groups meanwhile/)).toBeVisible();
  await user.click(within(dialog).getByRole('button', { name: 'Save group' }));
  await waitFor(() =>
    expect(networksDb.groups.groups.map(({ name }) => name)).toEqual(['Theirs', 'Launches']),
  );
});
