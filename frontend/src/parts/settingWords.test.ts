import table from '@rules';
import { beforeAll, expect, it } from 'vitest';
import type { Platform } from '@/api/types';
import { i18next } from '@/i18n';
import { extrasFor } from './networkRules';
import type { SettingRule } from './rules';
import { choiceLabel, settingLabel, valueWords } from './settingWords';

beforeAll(() => i18next.loadNamespaces('networks'));

const ALL = (Object.keys(table.platforms) as Platform[]).flatMap((platform) =>
  (['post', 'reel', 'story'] as const).flatMap((format) =>
    extrasFor(platform, format).settings.map((rule): [Platform, SettingRule] => [platform, rule]),
  ),
);

it('has a word for every setting and every choice of the rule table', () => {
  expect(ALL.length).toBeGreaterThan(30);
  const nameless = ALL.flatMap(([platform, { name, choices = [] }]) => [
    ...(settingLabel(platform, name) === name ? [`${platform} ${name}`] : []),
    ...choices
      .filter((choice) => choiceLabel(platform, name, choice) === choice)
      .map((choice) => `${platform} ${name} ${choice}`),
  ]);
  expect(nameless).toEqual([]);
});

it('tells values in words', () => {
  expect(valueWords('x', 'reply_settings', 'mentionedUsers')).toBe('Accounts you mention');
  expect(valueWords('x', 'poll', ['Blue', '', 'Ochre'])).toBe('Blue · Ochre');
  expect(valueWords('x', 'ai_generated', true)).toBe('on');
  expect(valueWords('pinterest', 'board', '12345')).toBe('12345');
});
