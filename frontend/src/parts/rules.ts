import table from '@rules';
import type { Account, Platform } from '@/api/types';
import { threadsLength, weightedLength } from './counting';

/** What a length is counted in, as the rule table names it. */
export type Unit = 'graphemes' | 'utf16' | 'code_points' | 'utf8_bytes' | 'x_weighted' | 'threads';

/** What a post becomes at a network that offers several forms. */
export type Format = 'post' | 'story' | 'reel';

/** One of a network's own settings. */
export interface SettingRule {
  name: string;
  kind: 'choice' | 'text' | 'flag' | 'list' | 'remote';
  required?: boolean;
  choices?: string[];
  default?: string;
  /** Longest text, in UTF-16 code units. */
  text_max?: number;
  items_min?: number;
  items_max?: number;
  /** Longest item, in UTF-16 code units. */
  item_max?: number;
  /** Longest list, with the commas between the items. */
  total_max?: number;
  forbidden_characters?: string;
  /** Whether the text has to be an address. */
  url?: boolean;
  /** The form of a language's name that the text has to have. */
  language?: 'code' | 'tag';
  /** The formats that have it; absent = all. */
  formats?: Format[];
  /** Not together with files or another such setting. */
  alone?: boolean;
  /** The setting, or `document`, with which it is required. */
  required_with?: string;
  /** The setting, or `files` or `video`, without which it has no effect. */
  only_with?: string;
  /** Settings of which one has to be on when this is. */
  needs_one?: string[];
  /** Values of other settings with which it cannot be. */
  excludes?: Record<string, string>;
  /** Whether its length counts as part of the text. */
  counts?: boolean;
  /** Whether a post needs neither text nor files with it. */
  instead_of_text?: boolean;
}

/** Which subtitles a network takes. */
export interface SubtitlesRule {
  /** Types that are sent as they are. */
  types: string[];
  /** Largest file as it is sent, in bytes. */
  max_bytes: number;
  /** Most files, each in another language; `null` = no limit. */
  files_max: number | null;
}

/** What can be chosen to stand for a film until it plays, or on the card of a link. */
export interface CoverRule {
  /** What can have one; a video has to be the only file. */
  of: ('video' | 'link')[];
  /** The steps in which a moment of the film can be chosen; `null` = none can. */
  frame_step_ms: number | null;
  /** Which picture can be chosen; `null` = none. */
  picture: { types: string[]; max_bytes: number | null; max_pixels: number | null } | null;
}

/** What a network accepts, after an account's own limits. Sizes are bytes; `null` means no limit of that kind. */
export interface Rule {
  label: string;
  counting: Unit;
  /** 0 = no text is shown. */
  text_max: number;
  text_max_bytes: number | null;
  url_counts_as: number | null;
  url_pattern: string | null;
  mention_pattern: string | null;
  media_required: boolean;
  media_max: number;
  images_max: number;
  videos_max: number;
  mixing: boolean;
  alt_max: number;
  alt_required: boolean;
  document: { types: string[]; max_bytes: number; pages: number } | null;
  cover: CoverRule | null;
  /** Which subtitles a film can have that is the only file; `null` = none. */
  subtitles: SubtitlesRule | null;
  /** Which films are shown in a player of their own for short ones; absent = none. */
  shorts?: { video_max_ms: number; video_max_aspect: number };
  thread: { parts_max: number } | null;
  first_comment: { text_max: number; counting?: Unit } | null;
  settings: SettingRule[];
}

/** The length of a text as one network counts it, beside what it takes. */
export interface Count {
  /** Units used. */
  used: number;
  limit: number;
  /** UTF-8 bytes used. */
  bytes: number;
  bytesLimit: number | null;
}

/** Limits that an account's own server sets; absent ones are the table's. */
export type Limits = Partial<NonNullable<Account['limits']>>;

const REPLACEABLE = ['url_counts_as', 'media_max', 'alt_max'] as const;

// The table's own types are those of its literal values, entry by entry; `Rule` is what all have.
type Entry = Rule & { formats: Partial<Record<Format, Partial<Rule>>> };
const entries = table.platforms as unknown as Record<Platform, Entry>;

/** The formats that a network offers. */
export function formatsOf(platform: Platform): Format[] {
  return Object.keys(entries[platform].formats) as Format[];
}

/** The rules of `platform` for a format, with the limits that an account's own server sets in their place. */
export function ruleFor(platform: Platform, limits?: Limits | null, format: Format = 'post'): Rule {
  const { formats, ...base } = entries[platform];
  const rule: Rule = { ...base, ...formats[format] };
  for (const name of REPLACEABLE) {
    const own = limits?.[name];
    if (typeof own === 'number') rule[name] = own;
  }
  if (typeof limits?.text_max === 'number' && rule.text_max > 0) {
    // Where threads exist a comment is a post that answers, so it may be as long.
    if (rule.first_comment && rule.thread) {
      rule.first_comment = { ...rule.first_comment, text_max: limits.text_max };
    }
    rule.text_max = limits.text_max;
  }
  if (typeof limits?.media_max === 'number') rule.images_max = limits.media_max;
  if (typeof limits?.alt_required === 'boolean') rule.alt_required = limits.alt_required;
  const barred = limits?.barred ?? {};
  if (Object.keys(barred).length > 0) {
    rule.settings = rule.settings.map(({ choices, ...setting }) =>
      choices
        ? { ...setting, choices: choices.filter((choice) => !barred[setting.name]?.includes(choice)) }
        : setting,
    );
  }
  return rule;
}

/** The rules for the first comment, to count it with; `null` where there is none. */
export function commentRule(rule: Rule): Rule | null {
  if (!rule.first_comment) return null;
  const { text_max, counting = rule.counting } = rule.first_comment;
  return { ...rule, text_max, counting, text_max_bytes: rule.thread ? rule.text_max_bytes : null };
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
const encoder = new TextEncoder();
const patterns = new Map<string, RegExp>();

function pattern(source: string): RegExp {
  let found = patterns.get(source);
  if (!found) {
    found = new RegExp(source, 'gu');
    patterns.set(source, found);
  }
  return found;
}

/** What a reader sees as characters: extended grapheme clusters. */
export function graphemes(text: string): number {
  // Printable ASCII and line feeds never join, and most texts are nothing else.
  if (/^[\n\x20-\x7e]*$/.test(text)) return text.length;
  let number = 0;
  for (const _ of segmenter.segment(text)) number += 1;
  return number;
}

function lengthIn(unit: Unit, text: string, link: number): number {
  switch (unit) {
    case 'graphemes':
      return graphemes(text);
    case 'utf16':
      return text.length;
    case 'code_points':
      return [...text].length;
    case 'utf8_bytes':
      return encoder.encode(text).length;
    case 'x_weighted':
      return weightedLength(text, link);
    case 'threads':
      return threadsLength(text);
  }
}

/** The text with links and mentions replaced by what they count as. */
function countable(rule: Rule, text: string): string {
  let counted = text;
  const { url_counts_as: length, url_pattern: url, mention_pattern: mention } = rule;
  if (url && length !== null) {
    // Letters after the preceding character, so that the replacement forms no cluster with it.
    counted = counted.replace(pattern(url), (_, before: string) => before + 'x'.repeat(length));
  }
  if (mention) counted = counted.replace(pattern(mention), '$1@$2');
  return counted;
}

/** Counts `text` as the network does. */
export function count(rule: Rule, text: string): Count {
  return {
    used: lengthIn(rule.counting, countable(rule, text), rule.url_counts_as ?? 0),
    limit: rule.text_max,
    bytes: encoder.encode(text).length,
    bytesLimit: rule.text_max_bytes,
  };
}

/** Whether the network takes a text of this length. */
export function fits({ used, limit, bytes, bytesLimit }: Count): boolean {
  return used <= limit && (bytesLimit === null || bytes <= bytesLimit);
}

/**
 * What is left, in the unit that runs out first; negative when there is too much. Bytes are told only when they are
 * the tighter limit, because nobody thinks in them.
 */
export function remaining({ used, limit, bytes, bytesLimit }: Count): {
  left: number;
  unit: 'graphemes' | 'bytes';
} {
  const left = limit - used;
  if (bytesLimit === null || bytes <= bytesLimit * 0.9 || bytesLimit - bytes >= left) {
    return { left, unit: 'graphemes' };
  }
  return { left: bytesLimit - bytes, unit: 'bytes' };
}

/** Where the text stops fitting, as an index between characters; its length when all of it fits. */
export function fittingLength(rule: Rule, text: string): number {
  if (fits(count(rule, text))) return text.length;
  const ends = [0];
  for (const { index, segment } of segmenter.segment(text)) ends.push(index + segment.length);
  let low = 0;
  let high = ends.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(count(rule, text.slice(0, ends[middle])))) low = middle;
    else high = middle - 1;
  }
  return ends[low] ?? 0;
}
