import type { Account, Format, Platform, Setting, Settings } from '@/api/types';
import { formatsOf, type Limits, type Rule, ruleFor, type SettingRule } from './rules';

/** What a network takes beside a text and files. */
export interface Extras extends Pick<Rule, 'cover' | 'subtitles' | 'thread' | 'first_comment'> {
  /** What a post can become there. */
  formats: Format[];
  /** Those that this format has. */
  settings: SettingRule[];
}

/** What `platform` takes in this format, of an account with these limits. */
export function extrasFor(platform: Platform, format: Format = 'post', limits: Limits | null = null): Extras {
  const { cover, subtitles, thread, first_comment, settings } = ruleFor(platform, limits, format);
  return {
    formats: formatsOf(platform),
    cover,
    subtitles,
    thread,
    first_comment,
    settings: settings.filter(({ formats = [] }) => formats.length === 0 || formats.includes(format)),
  };
}

/** The rules of an account's posts in this format, its own server's limits included. */
export function ruleIn(
  { platform, limits }: { platform: Platform; limits: Limits | null },
  format: Format,
): Rule {
  return ruleFor(platform, limits, format);
}

/** Whether a value says anything: an empty text, an empty list and a flag that is off do not. */
export function isSet(value: Setting | undefined): value is Setting {
  return Array.isArray(value)
    ? value.some((item) => item.trim() !== '')
    : value !== undefined && value !== '' && value !== false;
}

/** The same settings with one changed; a value that says nothing is left out. */
export function withSetting(settings: Settings, name: string, value: Setting | undefined): Settings {
  const { [name]: _, ...others } = settings;
  return isSet(value) ? { ...others, [name]: value } : others;
}

/** Whether the account's network takes threads. */
export const takesThread = ({ platform }: Pick<Account, 'platform'>) => extrasFor(platform).thread !== null;
