import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { db } from '@/mocks/db';
import { renderPage } from '@/test/render';
import MembersPage from './MembersPage';

const open = (role: 'owner' | 'admin' | 'viewer' = 'owner', path = '/members') =>
  renderPage(<MembersPage />, { path, role, namespaces: ['members'] });

const row = async (name: string) => (await screen.findByText(name)).closest('li') as HTMLElement;

test('removing asks first and says what happens to their posts', async () => {
  const { user } = await open();
  await user.click(within(await row('Yuki Tanaka')).getByRole('button', { name: 'Remove Yuki Tanaka' }));
  expect(await screen.findByText(/Their posts stay and go out as planned/)).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Remove' }));
  await expect.poll(() => db.members.map(({ name }) => name)).not.toContain('Yuki Tanaka');
});

test('an admin cannot make owners', async () => {
  const { user } = await open('admin', '/members?invite=true');
  const dialog = await screen.findByRole('dialog');
  expect(within(dialog).queryByRole('radio', { name: 'Owner' })).not.toBeInTheDocument();
  expect(within(dialog).getByRole('radio', { name: 'Admin' })).toBeInTheDocument();
  await user.keyboard('{Escape}');
});

test('an invitation to a member is refused at the field', async () => {
  const { user } = await open('owner', '/members?invite=true');
  await user.type(await screen.findByLabelText('E-mail address'), 'tomas@oficina-azul.example');
  await user.click(screen.getByRole('button', { name: 'Send the invitation' }));
  expect(await screen.findByText('This person is a member already.')).toBeVisible();
});

test('an invitation goes out with the chosen role', async () => {
  const { user } = await open('owner', '/members?invite=true');
  await user.type(await screen.findByLabelText('E-mail address'), 'new@example.com');
  await user.click(screen.getByRole('radio', { name: 'Editor' }));
  await user.click(screen.getByRole('button', { name: 'Send the invitation' }));
  expect(await screen.findByText('new@example.com')).toBeVisible();
  expect(db.invitations[0]).toMatchObject({ email: 'new@example.com', role: 'editor' });
});

test('a viewer sees who is here and no way to change it', async () => {
  await open('viewer');
  const yuki = await row('Yuki Tanaka');
  expect(within(yuki).getByText('Editor')).toBeVisible();
  expect(within(yuki).queryByRole('button')).not.toBeInTheDocument();
  expect(screen.queryByRole('heading', { name: 'Invitations' })).not.toBeInTheDocument();
});
