import { expect, it } from 'vitest';
import { trouble, withGroup } from './groups';

const group = (id: string, name: string, account_ids = ['acc_1']) => ({ id, name, account_ids });
const groups = [group('g1', 'Launches'), group('g2', 'Everything')];

it('replaces a group in its place and puts a new one last', () => {
  expect(withGroup(groups, group('g1', 'Launch days')).map(({ name }) => name)).toEqual([
    'Launch days',
    'Everything',
  ]);
  expect(withGroup(groups, group('', 'Press')).map(({ name }) => name)).toEqual([
    'Launches',
    'Everything',
    'Press',
  ]);
});

it('wants a name of its own and at least one account', () => {
  expect(trouble(groups, group('', ' ', []))).toEqual({ name: 'nameMissing', accounts: 'accountsMissing' });
  expect(trouble(groups, group('', 'launches '))).toEqual({ name: 'nameTaken', accounts: null });
  expect(trouble(groups, group('g1', 'Launches'))).toEqual({ name: null, accounts: null });
});
