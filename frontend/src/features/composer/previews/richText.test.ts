import { expect, it } from 'vitest';
import type { Platform } from '@/api/types';
import { runs } from './richText';

const clickable = (platform: Platform, text: string) =>
  runs(platform, text)
    .filter(({ kind }) => kind !== 'text')
    .map(({ kind, shown }) => [kind, shown]);

it('finds links without the full stop after them', () => {
  expect(clickable('bluesky', 'See https://example.com/a. And (https://example.org/b)')).toEqual([
    ['link', 'https://example.com/a'],
    ['link', 'https://example.org/b'],
  ]);
});

it('finds tags in any script, but not numbers or fragments', () => {
  expect(clickable('mastodon', '#kiln #陶芸 #2026 a#b')).toEqual([
    ['tag', '#kiln'],
    ['tag', '#陶芸'],
  ]);
});

it('shows links and mentions as Mastodon does', () => {
  const text = 'https://www.example.com/a/very/long/path/that/never/ends by @ada@example.social';
  expect(clickable('mastodon', text)).toEqual([
    ['link', 'example.com/a/very/long/path/t…'],
    ['mention', '@ada'],
  ]);
});

it('knows handles on Bluesky by their dot', () => {
  expect(clickable('bluesky', '@ada.example.com and @ada')).toEqual([['mention', '@ada.example.com']]);
});

it('marks what is too long', () => {
  expect(runs('bluesky', 'abcdef', 4)).toEqual([
    { kind: 'text', shown: 'abcd', over: false },
    { kind: 'text', shown: 'ef', over: true },
  ]);
});

it('loses nothing of a plain text', () => {
  const text = 'مرحبا\n\n 👩‍👩‍👧‍👦 & co.';
  expect(
    runs('page', text)
      .map((run) => run.shown)
      .join(''),
  ).toBe(text);
});
