import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { db } from '@/mocks/db';
import { renderPage } from '@/test/render';
import { slugify } from './slug';
import WelcomePage from './WelcomePage';

const open = () => {
  localStorage.setItem(
    'atelier.session',
    JSON.stringify({ access_token: 'a', refresh_token: 'r', expires_at: Date.now() + 300_000 }),
  );
  db.me = { ...db.me, org: null };
  return renderPage(<WelcomePage />, { path: '/welcome', namespaces: ['onboarding'] });
};

test.each([
  ['Oficina Azul', 'oficina-azul'],
  ['  Straße & Söhne!  ', 'strasse-sohne'],
  ['工房', ''],
  ['a'.repeat(60), 'a'.repeat(40)],
])('the address of %j is %j', (name, slug) => {
  expect(slugify(name)).toBe(slug);
});

test('the address follows the name until it is typed by hand', async () => {
  const { user } = await open();
  const name = await screen.findByLabelText('Name of the organization');
  const slug = screen.getByLabelText('Address of your public page');
  await user.type(name, 'Kiln');
  expect(slug).toHaveValue('kiln');
  await user.clear(slug);
  await user.type(slug, 'my kiln');
  await user.type(name, ' Works');
  expect(slug).toHaveValue('my-kiln');
});

test('a taken address is told at its field', async () => {
  const { user } = await open();
  await user.type(await screen.findByLabelText('Name of the organization'), 'Taken');
  await user.click(screen.getByRole('button', { name: 'Create the organization' }));
  expect(await screen.findByText(/Another organization has this address/)).toBeVisible();
  expect(screen.getByLabelText('Address of your public page')).toHaveAccessibleDescription(/different one/);
});
