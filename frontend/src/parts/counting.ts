/**
 * The two units that need more than the platform offers: X's weighted length and that of Threads. The same steps as in
 * shared/domain/src/rules/count: a shared file of texts holds both to the same numbers.
 */
import { linksIn } from './links';

const JOINER = '\u200d';
const AS_TEXT = '\ufe0e';
const AS_EMOJI = '\ufe0f';
const KEYCAP = '\u20e3';
const EMOJI = /^\p{Emoji}$/u;
const MODIFIER = /^\p{Emoji_Modifier}$/u;
const MODIFIER_BASE = /^\p{Emoji_Modifier_Base}$/u;
const encoder = new TextEncoder();

const isRegional = (char = '') => char >= '\u{1f1e6}' && char <= '\u{1f1ff}' && char.length === 2;

/** One pictograph with what belongs to it: how many characters it has, 0 for none. */
function element(chars: string[], at: number): number {
  const base = chars[at];
  const next = chars[at + 1] ?? '';
  if (base === undefined || base < '\x80' || next === AS_TEXT || isRegional(base) || !EMOJI.test(base))
    return 0;
  if (next === AS_EMOJI) return 2;
  if (base === '©' || base === '®') return 0;
  if (MODIFIER_BASE.test(base) && MODIFIER.test(next)) return 2;
  if (base !== '\u{1f3f4}') return 1;
  let end = at + 1;
  while (/^[\u{e0020}-\u{e007e}]$/u.test(chars[end] ?? '')) end += 1;
  return end > at + 1 && chars[end] === '\u{e007f}' ? end + 1 - at : 1;
}

/** How many characters the emoji sequence at a place has; 0 when there is none. */
export function emojiAt(chars: string[], at: number): number {
  const first = chars[at] ?? '';
  if (/^[0-9#*]$/.test(first)) {
    const selector = chars[at + 1] === AS_EMOJI ? 1 : 0;
    return chars[at + 1 + selector] === KEYCAP ? 2 + selector : 0;
  }
  if (isRegional(first)) return isRegional(chars[at + 1]) ? 2 : 1;
  let length = element(chars, at);
  while (length > 0 && chars[at + length] === JOINER) {
    const next = element(chars, at + length + 1);
    if (next === 0) break;
    length += 1 + next;
  }
  return length;
}

function weight(char: string): number {
  const code = char.codePointAt(0) ?? 0;
  const light =
    code <= 4351 ||
    (code >= 8192 && code <= 8205) ||
    (code >= 8208 && code <= 8223) ||
    (code >= 8242 && code <= 8247);
  return light ? 1 : 2;
}

/** X's weighted length: the rules of its text library, version 3. `link` is what any link counts. */
export function weightedLength(text: string, link: number): number {
  const chars = [...text.normalize('NFC')];
  const links = linksIn(chars);
  let used = 0;
  let next = 0;
  for (let at = 0; at < chars.length; ) {
    const found = links[next];
    if (found && found[0] === at) {
      used += link;
      at = found[1];
      next += 1;
      continue;
    }
    const emoji = emojiAt(chars, at);
    used += emoji > 0 ? 2 : weight(chars[at] ?? '');
    at += Math.max(emoji, 1);
    while (next < links.length && (links[next]?.[0] ?? 0) < at) next += 1;
  }
  return used;
}

/** Length at Threads: characters, but for an emoji its UTF-8 bytes. */
export function threadsLength(text: string): number {
  const chars = [...text];
  let used = 0;
  for (let at = 0; at < chars.length; ) {
    const emoji = emojiAt(chars, at);
    used += emoji > 0 ? encoder.encode(chars.slice(at, at + emoji).join('')).length : 1;
    at += Math.max(emoji, 1);
  }
  return used;
}
