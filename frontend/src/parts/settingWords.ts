import type { Platform, Setting } from '@/api/types';
import { i18next } from '@/i18n';

// The names come from the rule table, which no type knows.
const say = (key: string) =>
  (i18next.t as unknown as (key: string, options: object) => string)(key, { ns: 'networks' });
const known = (key: string) => i18next.exists(key, { ns: 'networks' });

/** The network's own words where it has some, else what the name means everywhere. */
function find(group: string, platform: Platform, rest: string): string | null {
  for (const key of [`${group}.${platform}.${rest}`, `${group}.any.${rest}`]) if (known(key)) return say(key);
  return null;
}

/** What a setting is called. Needs the catalogue `networks`. */
export function settingLabel(platform: Platform, name: string): string {
  return find('label', platform, name) ?? name;
}

/** What it does, where its name does not say so. */
export function settingHelp(platform: Platform, name: string): string | null {
  return find('help', platform, name);
}

/** What one of its choices is called. */
export function choiceLabel(platform: Platform, name: string, value: string): string {
  return find('choice', platform, `${name}.${value}`) ?? value;
}

/** A value in words: a choice by its name, a list by its items. */
export function valueWords(platform: Platform, name: string, value: Setting): string {
  if (Array.isArray(value)) return value.filter(Boolean).join(' · ');
  if (typeof value === 'boolean') return say(value ? 'on' : 'off');
  return choiceLabel(platform, name, value);
}
