import { expect, it } from 'vitest';
import { concerning, findings } from './findings';

const SAME = {
  thread: null,
  first_comment: null,
  format: 'post' as const,
  settings: {},
  cover: null,
  subtitles: [],
};
const input = {
  text: 'a',
  media: ['fil_1', 'fil_2'],
  thread: [],
  first_comment: null,
  targets: [
    { ...SAME, account_id: 'page', text: null, media: null },
    { ...SAME, account_id: 'sky', text: 'b', media: ['fil_9'] },
  ],
};
const problem = { severity: 'error' as const, detail: 'Too long.', fix: 'Shorten it.' };

it('puts a problem at the text, file or account it is about', () => {
  const found = findings(
    [
      { ...problem, pointer: '/text', account_id: 'page', code: 'text-too-long' },
      { ...problem, pointer: '/targets/1/media/0', account_id: 'sky', code: 'media-type' },
      { ...problem, pointer: '/media/1', account_id: 'page', code: 'media-too-large' },
      { ...problem, pointer: '/targets/0/account_id', code: 'account-reconnect' },
      { ...problem, pointer: '/body/targets/1/text', code: 'text-missing' },
    ],
    input,
  );
  expect(found.map(({ field, file, accounts }) => [field, file, accounts])).toEqual([
    ['text', null, ['page']],
    ['media', 'fil_9', ['sky']],
    ['media', 'fil_2', ['page']],
    ['accounts', null, ['page']],
    ['text', null, ['sky']],
  ]);
});

it('says what concerns several accounts once, errors first', () => {
  const alt = {
    pointer: '/media/0',
    code: 'alt-missing',
    severity: 'warning' as const,
    detail: 'No description.',
    fix: '',
  };
  const found = findings(
    [
      { ...alt, account_id: 'page' },
      { ...alt, account_id: 'mastodon' },
      { ...problem, pointer: '/text', account_id: 'page', code: 'text-too-long' },
    ],
    input,
  );
  expect(found.map(({ code, accounts }) => [code, accounts])).toEqual([
    ['text-too-long', ['page']],
    ['alt-missing', ['page', 'mastodon']],
  ]);
  expect(concerning(found, 'mastodon').map(({ code }) => code)).toEqual(['alt-missing']);
});

it('finds parts, comments, forms and settings', () => {
  const threaded = {
    ...input,
    thread: [{ text: 'b', media: ['fil_3'] }],
    targets: [
      { ...SAME, account_id: 'x', text: null, media: null },
      {
        ...SAME,
        account_id: 'pins',
        text: null,
        media: null,
        thread: [{ text: '', media: ['fil_4'] }],
        subtitles: [{ media_id: 'fil_5', language: 'en' }],
      },
    ],
  };
  const found = findings(
    [
      { ...problem, pointer: '/thread/0/text', account_id: 'x', code: 'a' },
      { ...problem, pointer: '/targets/1/thread/0/media/0', code: 'b' },
      { ...problem, pointer: '/thread', account_id: 'x', code: 'c' },
      { ...problem, pointer: '/first_comment', account_id: 'x', code: 'd' },
      { ...problem, pointer: '/targets/1/settings/board', code: 'e' },
      { ...problem, pointer: '/targets/1/settings/poll/2', code: 'f' },
      { ...problem, pointer: '/targets/1/format', code: 'g' },
      { ...problem, pointer: '/targets/1/cover', code: 'h' },
      { ...problem, pointer: '/targets/1/cover/media_id', code: 'i' },
      { ...problem, pointer: '/targets/1/subtitles', code: 'j' },
      { ...problem, pointer: '/targets/1/subtitles/0/language', code: 'k' },
    ],
    threaded,
  );
  expect(
    found.map(({ field, part, file, setting, accounts }) => [field, part, file, setting, accounts]),
  ).toEqual([
    ['text', 0, null, null, ['x']],
    ['media', 0, 'fil_4', null, ['pins']],
    ['text', 0, null, null, ['x']],
    ['comment', null, null, null, ['x']],
    ['setting', null, null, 'board', ['pins']],
    ['setting', null, null, 'poll', ['pins']],
    ['format', null, null, null, ['pins']],
    ['setting', null, null, 'cover', ['pins']],
    ['setting', null, null, 'cover', ['pins']],
    ['setting', null, null, 'subtitles', ['pins']],
    ['setting', null, 'fil_5', 'subtitles', ['pins']],
  ]);
});
