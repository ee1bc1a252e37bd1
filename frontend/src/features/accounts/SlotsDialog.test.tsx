import { screen, within } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import { db } from '@/mocks/db';
import { resetSeries, slotsOf } from '@/mocks/series';
import { renderPage } from '@/test/render';
import { SlotsDialog } from './SlotsDialog';

const namespaces = ['accounts', 'series'];
const account = (index: number) => {
  const found = db.accounts[index];
  if (!found) throw new Error('no such account');
  return found;
};
const open = (index: number, options = {}) =>
  renderPage(<SlotsDialog account={account(index)} opened onClose={() => {}} />, { namespaces, ...options });

beforeEach(() => resetSeries());

describe('slots', () => {
  it('are a week of times that can be changed and saved', async () => {
    const { user } = await open(0);
    await user.click(await screen.findByRole('button', { name: 'Remove Tuesday 09:00' }));
    await user.click(screen.getByRole('combobox', { name: 'Days' }));
    await user.click(await screen.findByRole('option', { name: 'Sunday' }));
    await user.click(screen.getByRole('button', { name: 'Add' }));
    expect(screen.getByRole('button', { name: 'Remove Sunday 09:00' })).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Save these times' }));
    await screen.findByText(/Next free/);
    expect(slotsOf(account(0).id).times).toEqual([
      { weekday: 'thursday', time: '18:00' },
      { weekday: 'sunday', time: '09:00' },
    ]);
  });

  it('begin with a preset', async () => {
    const { user } = await open(1);
    const presets = await screen.findByRole('group', { name: 'Weeks to begin with' });
    await user.click(within(presets).getByRole('button', { name: 'Mon, Wed, Fri at 12' }));
    expect(screen.getByRole('button', { name: 'Remove Friday 12:00' })).toBeInTheDocument();
  });

  it('are only looked at by who may not publish', async () => {
    await open(0, { role: 'author' });
    expect(await screen.findByText('Tuesday')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: /Remove|Save|Add/ })).not.toBeInTheDocument();
  });
});
