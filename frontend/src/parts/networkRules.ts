import table from '@rules';
import type { Account, Format, Platform, Setting, Settings } from '@/api/types';
import { type Limits, type Rule, ruleFor } from './rules';

/** One setting of a network, as the rule table describes it. */
export interface SettingRule {
  name: string;
  /** `remote`: a value that the account's offers list. */
  kind: 'choice' | 'text' | 'flag' | 'list' | 'remote';
  required?: boolean;
  choices?: string[];
  /** What is taken when nothing is chosen. */
  default?: string;
  text_max?: number;
  items_min?: number;
  items_max?: number;
  item_max?: number;
  /** Whether the text is an address. */
  url?: boolean;
  /** The formats that have it; none = all. */
  formats?: Format[];
}

/** What a network takes beside a text and files. */
export interface Extras {
  /** What a post can become there, the ordinary form first. */
  formats: Format[];
  /** `parts_max` counts the parts after the first; null = no threads. */
  thread: { parts_max: number } | null;
  /** null = no first comment. */
  first_comment: { text_max: number } | null;
  settings: SettingRule[];
}

type Entry = Partial<Rule> & Partial<Omit<Extras, 'formats'>>;

const FORMATS: Format[] = ['post', 'reel', 'story'];

function entry(platform: Platform): Entry & { formats?: Partial<Record<Format, Entry>> } {
  return table.platforms[platform] as Entry & { formats?: Partial<Record<Format, Entry>> };
}

/** What `platform` takes in this format. */
export function extrasFor(platform: Platform, format: Format = 'post'): Extras {
  const { formats = {}, ...base } = entry(platform);
  const { thread = null, first_comment = null, settings = [] } = { ...base, ...formats[format] };
  return {
    formats: FORMATS.filter((each) => each === 'post' || each in formats),
    thread: format === 'post' ? thread : null,
    first_comment,
    settings: settings.filter((each) => !each.formats?.length || each.formats.includes(format)),
  };
}

/** The rules of an account's posts in this format, its own server's limits included. */
export function ruleIn(
  { platform, limits }: { platform: Platform; limits: Limits | null },
  format: Format,
): Rule {
  const { thread: _, first_comment: __, settings: ___, ...own } = entry(platform).formats?.[format] ?? {};
  return { ...ruleFor(platform, limits), ...own };
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

/** Whether any of these accounts' networks takes threads. */
export const takesThread = ({ platform }: Pick<Account, 'platform'>) => extrasFor(platform).thread !== null;

/** Whether the network takes a first comment. */
export const takesComment = ({ platform }: Pick<Account, 'platform'>) =>
  extrasFor(platform).first_comment !== null;
