import { screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { db } from '@/mocks/db';
import { renderPage } from '@/test/render';
import { contrastWithWhite } from './contrast';
import SettingsPage from './SettingsPage';

const open = (role: 'owner' | 'author' = 'owner') =>
  renderPage(<SettingsPage />, { path: '/settings', role, namespaces: ['settings'] });

test('saves what was changed with the version it was read at', async () => {
  const { user } = await open();
  const name = await screen.findByLabelText('Name');
  await user.clear(name);
  await user.type(name, 'Oficina Verde');
  await user.click(screen.getByRole('button', { name: 'Save changes' }));
  await waitFor(() => expect(db.org).toMatchObject({ name: 'Oficina Verde', version: 5 }));
  await waitFor(() => expect(screen.getByRole('button', { name: 'Save changes' })).toBeDisabled());
});

test('never overwrites what somebody else saved meanwhile', async () => {
  const { user } = await open();
  const name = await screen.findByLabelText('Name');
  db.org = { ...db.org, name: 'Theirs', version: 9 };
  await user.type(name, ' e Filhos');
  await user.click(screen.getByRole('button', { name: 'Save changes' }));
  await screen.findByText('Somebody else saved first');
  expect(db.org.name).toBe('Theirs');
  await user.click(screen.getByRole('button', { name: 'Load their settings' }));
  await waitFor(() => expect(screen.getByLabelText('Name')).toHaveValue('Theirs'));
});

test('unsaved words are there after leaving and coming back', async () => {
  const { user, unmount } = await open();
  await user.type(await screen.findByLabelText('About'), ' Closed on Mondays.');
  unmount();
  await open();
  expect(await screen.findByLabelText('About')).toHaveValue(`${db.org.about} Closed on Mondays.`);
});

test('an author can read but not change', async () => {
  await open('author');
  expect(await screen.findByLabelText('Name')).toBeDisabled();
  expect(screen.queryByRole('button', { name: 'Save changes' })).not.toBeInTheDocument();
});

test('contrast with white as WCAG computes it', () => {
  expect(contrastWithWhite('#ffffff')).toBeCloseTo(1);
  expect(contrastWithWhite('#000000')).toBeCloseTo(21);
  expect(contrastWithWhite('#767676')).toBeCloseTo(4.54, 1);
});
