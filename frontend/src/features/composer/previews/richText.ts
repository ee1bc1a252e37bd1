import type { Platform } from '@/api/types';

/** A run of text as a network shows it. */
export interface Run {
  kind: 'text' | 'link' | 'tag' | 'mention';
  /** What is shown, which for links may be less than what was written. */
  shown: string;
  /** Beyond what the network takes. */
  over: boolean;
}

const LINK = String.raw`https?://[^\s<>"]*[^\s<>".,;:!?'’)\]…]`;
const TAG = String.raw`(?<![\p{L}\p{N}_&/])[#＃](?=[\p{N}_]*\p{L})[\p{L}\p{N}\p{M}_]+`;
const HANDLE = String.raw`(?<![\p{L}\p{N}_/])@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+`;
const ADDRESS = String.raw`(?<![\p{L}\p{N}_/])@[A-Za-z0-9_]+(?:@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)?`;

const NAME = String.raw`(?<![\p{L}\p{N}_/.])@[A-Za-z0-9_](?:[A-Za-z0-9_.]*[A-Za-z0-9_])?`;

const any = (...kinds: string[]) => new RegExp(kinds.join('|'), 'gu');

/** What each network makes clickable: captions of Instagram, TikTok and Pinterest have no links. */
const PATTERNS: Record<Platform, RegExp> = {
  page: any(LINK),
  bluesky: any(LINK, TAG, HANDLE),
  mastodon: any(LINK, TAG, ADDRESS),
  linkedin: any(LINK, TAG),
  facebook: any(LINK, TAG),
  instagram: any(TAG, NAME),
  threads: any(LINK, TAG, NAME),
  tiktok: any(TAG, NAME),
  x: any(LINK, TAG, NAME),
  youtube: any(LINK, TAG, NAME),
  pinterest: any(TAG),
};

/** Networks that show a link without its scheme, and cut a long one. */
const SHORTENING: readonly Platform[] = ['mastodon', 'x', 'threads'];

function kindOf(found: string): Run['kind'] {
  if (found.startsWith('@')) return 'mention';
  return /^[#＃]/.test(found) ? 'tag' : 'link';
}

/** Some hide the scheme and cut what is longer than 30 characters; Mastodon's mentions lose their server. */
function shorten(platform: Platform, kind: Run['kind'], found: string): string {
  if (platform === 'mastodon' && kind === 'mention') return found.replace(/(?<=.)@.*$/, '');
  if (kind !== 'link' || !SHORTENING.includes(platform)) return found;
  const bare = found.replace(/^https?:\/\/(?:www\.)?/, '');
  return bare.length > 30 ? `${bare.slice(0, 30)}…` : bare;
}

/** Splits a text into what the network shows plainly and what it makes clickable; `fitting` is where it gets too long. */
export function runs(platform: Platform, text: string, fitting = text.length): Run[] {
  const found: Run[] = [];
  const plain = (from: number, to: number) => {
    if (from < Math.min(to, fitting)) {
      found.push({ kind: 'text', shown: text.slice(from, Math.min(to, fitting)), over: false });
    }
    const rest = Math.max(from, fitting);
    if (rest < to) found.push({ kind: 'text', shown: text.slice(rest, to), over: true });
  };
  let at = 0;
  for (const match of text.matchAll(PATTERNS[platform])) {
    plain(at, match.index);
    at = match.index + match[0].length;
    const kind = kindOf(match[0]);
    found.push({ kind, shown: shorten(platform, kind, match[0]), over: at > fitting });
  }
  plain(at, text.length);
  return found;
}
