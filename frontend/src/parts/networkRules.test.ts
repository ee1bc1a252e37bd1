import { expect, it } from 'vitest';
import { extrasFor, isSet, ruleIn, withSetting } from './networkRules';

it('knows what each form takes', () => {
  expect(extrasFor('facebook').formats).toEqual(['post', 'reel', 'story']);
  expect(extrasFor('page').formats).toEqual(['post']);
  const names = (format: 'post' | 'reel') => extrasFor('instagram', format).settings.map(({ name }) => name);
  expect(names('reel')).toContain('hide_from_feed');
  expect(names('post')).not.toContain('hide_from_feed');
  expect(extrasFor('instagram', 'story').first_comment).toBeNull();
  expect(ruleIn({ platform: 'instagram', limits: null }, 'story').text_max).toBe(0);
});

it('knows where threads and first comments are', () => {
  expect(extrasFor('x').thread?.parts_max).toBeGreaterThan(1);
  expect(extrasFor('linkedin').thread).toBeNull();
  expect(extrasFor('linkedin').first_comment?.text_max).toBeGreaterThan(1000);
  expect(extrasFor('tiktok').first_comment).toBeNull();
});

it('leaves out settings that say nothing', () => {
  expect([isSet(''), isSet(false), isSet([' ']), isSet(undefined)]).toEqual([false, false, false, false]);
  expect(withSetting({ link: 'a', silent: true }, 'silent', false)).toEqual({ link: 'a' });
  expect(withSetting({ link: 'a' }, 'poll', ['', 'b'])).toEqual({ link: 'a', poll: ['', 'b'] });
});
