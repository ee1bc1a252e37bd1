import table from '@rules';
import type { Account, Platform } from '@/api/types';

/** What a network accepts, after an account's own limits. Sizes are bytes; `null` means no limit of that kind. */
export interface Rule {
  label: string;
  text_max: number;
  text_max_bytes: number | null;
  url_counts_as: number | null;
  url_pattern: string | null;
  mention_pattern: string | null;
  media_max: number;
  images_max: number;
  videos_max: number;
  mixing: boolean;
  alt_max: number;
  alt_required: boolean;
}

/** The length of a text as one network counts it, beside what it takes. */
export interface Count {
  /** Graphemes used. */
  used: number;
  limit: number;
  /** UTF-8 bytes used. */
  bytes: number;
  bytesLimit: number | null;
}

/** Limits that an account's own server sets; absent ones are the table's. */
export type Limits = Partial<NonNullable<Account['limits']>>;

const REPLACEABLE = ['text_max', 'url_counts_as', 'media_max', 'alt_max'] as const;

/** The rules of `platform` with the limits that an account's own server sets in their place. */
export function ruleFor(platform: Platform, limits?: Limits | null): Rule {
  const rule: Rule = { ...table.platforms[platform] };
  for (const name of REPLACEABLE) {
    const own = limits?.[name];
    if (typeof own === 'number') rule[name] = own;
  }
  if (typeof limits?.media_max === 'number') rule.images_max = limits.media_max;
  if (typeof limits?.alt_required === 'boolean') rule.alt_required = limits.alt_required;
  return rule;
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
    used: graphemes(countable(rule, text)),
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
