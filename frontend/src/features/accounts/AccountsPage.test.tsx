import { screen, within } from '@testing-library/react';
import { http } from 'msw';
import { expect, test } from 'vitest';
import { json, problem } from '@/mocks/answers';
import { db } from '@/mocks/db';
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
