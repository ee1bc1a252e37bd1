import { describe, expect, it } from 'vitest';
import type { Platform } from '@/api/types';
import { commentRule, count, fits, fittingLength, formatsOf, remaining, ruleFor } from './rules';

const used = (platform: Platform, text: string) => count(ruleFor(platform), text).used;
const PLATFORMS: Platform[] = [
  'page',
  'bluesky',
  'mastodon',
  'linkedin',
  'facebook',
  'instagram',
  'threads',
  'tiktok',
  'x',
  'youtube',
  'pinterest',
];

// The cases of shared/domain/src/rules/count.rs: both implementations must agree.
describe('count', () => {
  it('counts what a reader sees as one character as one', () => {
    for (const text of ['e\u0301', '👩‍👩‍👧‍👦', '🇩🇪', '👍🏽', '\u0301', '각', '\r\n', 'क्षि']) {
      expect(used('bluesky', text), text).toBe(1);
    }
  });

  it('knows that a grapheme can be too many bytes', () => {
    const counted = count(ruleFor('bluesky'), '👩‍👩‍👧‍👦'.repeat(150));
    expect([counted.used, counted.bytes]).toEqual([150, 3750]);
    expect(fits(counted)).toBe(false);
    expect(remaining(counted)).toEqual({ left: -750, unit: 'bytes' });
  });

  it('counts any link as 23 on Mastodon', () => {
    const long = `https://example.com/${'x'.repeat(400)}?a=b&c=d#e`;
    expect(used('mastodon', long)).toBe(23);
    expect(used('mastodon', `see ${long}.`)).toBe(4 + 23 + 1);
    expect(used('mastodon', 'http://a.de http://b.de')).toBe(23 + 1 + 23);
    expect(used('mastodon', '(https://example.com/a_(b))')).toBe(1 + 23 + 2);
    expect(used('bluesky', 'http://a.de')).toBe(11);
  });

  it('grants nothing to what Mastodon will not link', () => {
    for (const text of [
      'example.com/path',
      'ftp://example.com/',
      'http://localhost/',
      'xhttps://example.com/a',
    ]) {
      expect(used('mastodon', text), text).toBe(text.length);
    }
    expect(used('mastodon', 'https://example.com/日本')).toBe(25);
  });

  it('counts the local part of a mention on Mastodon', () => {
    expect(used('mastodon', '@ada@very.long.example.social hi')).toBe('@ada hi'.length);
    expect(used('mastodon', '@ada')).toBe(4);
    expect(used('mastodon', 'ada@example.com')).toBe('ada@example.com'.length);
  });

  it('takes the limits of the account’s own instance', () => {
    const counted = count(ruleFor('mastodon', { text_max: 5, url_counts_as: 2 }), 'ab https://example.com');
    expect([counted.used, counted.limit]).toEqual([5, 5]);
    expect(fits(counted)).toBe(true);
  });

  it('takes no time for a hundred thousand characters', () => {
    for (const unit of [
      'a',
      '@a',
      'http://',
      'http://a.b/',
      '@a@',
      '\u0301',
      'a.',
      '👩‍',
      '-',
      'https://a.aa/(',
    ]) {
      const text = unit.repeat(100_000 / unit.length);
      const start = performance.now();
      expect(count(ruleFor('mastodon'), text).bytes).toBe(new TextEncoder().encode(text).length);
      expect(performance.now() - start, unit).toBeLessThan(2000);
    }
  });

  it('counts in the unit of each network', () => {
    const text = 'e\u0301 日 👩‍👩‍👧‍👦 a.de';
    const counted = PLATFORMS.map((platform) => [platform, used(platform, text)]);
    expect(Object.fromEntries(counted)).toMatchObject({
      bluesky: 10,
      linkedin: 21,
      threads: 35,
      x: 1 + 1 + 2 + 1 + 2 + 1 + 23,
      youtube: 38,
      pinterest: 17,
    });
  });

  it('counts nothing only for nothing', () => {
    for (const platform of PLATFORMS) {
      expect(used(platform, '')).toBe(0);
      expect(used(platform, '\u0301@a')).toBeGreaterThan(0);
    }
  });
});

describe('ruleFor', () => {
  it('replaces only what the account names', () => {
    const rule = ruleFor('mastodon', { text_max: 5000, media_max: 16 });
    expect([rule.text_max, rule.media_max, rule.images_max]).toEqual([5000, 16, 16]);
    expect([rule.alt_max, rule.url_counts_as]).toEqual([1500, 23]);
    expect(rule.first_comment?.text_max).toBe(5000);
    expect(ruleFor('mastodon').first_comment?.text_max).toBe(500);
  });

  it('lets a format replace what it names', () => {
    expect(formatsOf('instagram')).toEqual(['post', 'reel', 'story']);
    expect(ruleFor('instagram', null, 'reel')).toMatchObject({ images_max: 0, text_max: 2200 });
    expect(ruleFor('instagram', { text_max: 9 }, 'story')).toMatchObject({
      text_max: 0,
      first_comment: null,
    });
  });

  it('counts a first comment by its own rule', () => {
    const rule = commentRule(ruleFor('youtube'));
    expect(rule && count(rule, '日本')).toMatchObject({ used: 2, limit: 10_000 });
    expect(commentRule(ruleFor('tiktok'))).toBeNull();
    expect(commentRule(ruleFor('bluesky'))?.text_max_bytes).toBe(3000);
  });
});

describe('remaining', () => {
  it('speaks of characters as long as they run out first', () => {
    expect(remaining(count(ruleFor('bluesky'), 'x'.repeat(301)))).toEqual({ left: -1, unit: 'graphemes' });
    expect(remaining(count(ruleFor('page'), 'x'))).toEqual({ left: 9999, unit: 'graphemes' });
  });
});

describe('fittingLength', () => {
  it('ends between characters, never inside one', () => {
    const family = '👩‍👩‍👧‍👦';
    const rule = ruleFor('mastodon', { text_max: 2 });
    expect(fittingLength(rule, family.repeat(3))).toBe(family.length * 2);
    expect(fittingLength(rule, 'ab')).toBe(2);
  });

  it('lets a long link stand whole when it counts little', () => {
    const link = `https://example.com/${'x'.repeat(100)}`;
    expect(fittingLength(ruleFor('mastodon', { text_max: 24 }), `${link} and more`)).toBe(link.length + 1);
  });
});
