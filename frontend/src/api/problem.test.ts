import { expect, test } from 'vitest';
import { asProblem, fieldErrors, Problem } from './problem';

const broken = (...pointers: string[]) =>
  new Problem({
    status: 422,
    type: 'urn:atelier:problem:rule-broken',
    errors: pointers.map((pointer) => ({
      pointer,
      code: 'x',
      severity: 'error',
      detail: `${pointer} is wrong.`,
      fix: 'Mend it.',
    })),
  });

test('pointers become field names, with or without the body prefix', () => {
  expect(fieldErrors(broken('/body/name', '/slug', '/targets/0/text'))).toEqual({
    name: '/body/name is wrong. Mend it.',
    slug: '/slug is wrong. Mend it.',
    'targets.0.text': '/targets/0/text is wrong. Mend it.',
  });
});

test('the first error of a field wins', () => {
  const problem = broken('/name', '/name');
  expect(Object.keys(fieldErrors(problem))).toEqual(['name']);
});

test('anything thrown becomes a problem', () => {
  const problem = broken();
  expect(asProblem(problem)).toBe(problem);
  expect(asProblem(new TypeError('Failed to fetch')).slug).toBe('offline');
  expect(asProblem('?').slug).toBe('unreadable');
});
