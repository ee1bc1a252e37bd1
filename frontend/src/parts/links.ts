/**
 * Links in a text, with a scheme or without one, as the public text library of X finds them. The same steps as in
 * shared/domain/src/rules/count/links.rs: one pass over runs of what can be a host, so that the time stays linear.
 */
import table from '@rules';

const DOMAINS = new Set(table.link_domains.split(' '));
const ADDRESS_MAX = 4096;
const LABEL_MAX = 63;
const SHORT_MAX = 40;

type Range = [start: number, end: number];
type Test = (char: string | undefined) => boolean;

const test =
  (pattern: RegExp): Test =>
  (char) =>
    char !== undefined && pattern.test(char);

const ACCENTED =
  '\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u024f\\u0253\\u0254\\u0256\\u0257\\u0259\\u025b\\u0263\\u0268\\u026f\\u0272\\u0289\\u028b\\u02bb\\u0300-\\u036f\\u1e00-\\u1eff';
const PATH_LETTER = `A-Za-z0-9${ACCENTED}\\u0400-\\u04ff`;

/** What a label begins and ends with: anything but punctuation, spaces and marks of direction. */
const isHost = test(
  /^[^!#$%&'()*+,\-./:;<=>?@[\\\]^_{|}~\t-\r \u0085\u00a0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufffe\ufeff\uffff\u202a-\u202e\u061c\u200e\u200f\u2066-\u2069]$/u,
);
const isJoint = test(/^[-_]$/);
const isWord = test(/^[A-Za-z0-9]$/);
const isDigit = test(/^[0-9]$/);
const isLatin = test(new RegExp(`^[A-Za-z0-9${ACCENTED}-]$`, 'u'));
const isPath = test(new RegExp(`^[${PATH_LETTER}!*';:=+,.$/%#[\\]\\u2013_~@|&-]$`, 'u'));
const isPathEnd = test(new RegExp(`^[${PATH_LETTER}+=_#/-]$`, 'u'));
const isQuery = test(/^[A-Za-z0-9!?*'@();:&=+$/%#[\]\-_.,~|]$/);
const isQueryEnd = test(/^[A-Za-z0-9\-_&=#/]$/);
const inRun: Test = (char) => isHost(char) || isJoint(char) || char === '.';

function skip(text: string[], from: number, belongs: Test): number {
  let at = from;
  while (at < text.length && belongs(text[at])) at += 1;
  return at;
}

/** Where the top-level domain that begins at a place ends, if it is a known one that ends there. */
function topLevel(text: string[], at: number): number | null {
  const ascii = skip(text, at, isWord);
  const ends = (end: number) => !/^[A-Za-z0-9@+-]$/.test(text[end] ?? '');
  if (ascii > at) {
    const name = text.slice(at, ascii).join('').toLowerCase();
    if (ends(ascii) && DOMAINS.has(name)) return ascii;
    if (name !== 'xn' || text[ascii] !== '-' || text[ascii + 1] !== '-') return null;
    const end = skip(text, at, (char) => isWord(char) || char === '-');
    return end - at > 4 ? end : null;
  }
  let end = at;
  while (end < at + 24 && isHost(text[end]) && (text[end] ?? '') > '\x7f') end += 1;
  for (; end > at; end -= 1) {
    if (ends(end) && DOMAINS.has(text.slice(at, end).join(''))) return end;
  }
  return null;
}

interface Label {
  start: number;
  end: number;
  /** Where its last underscore is; the label before a top-level domain must have none. */
  underscore: number;
  /** Where the top-level domain that it begins with ends. */
  top: number | null;
  /** The end of the longest host that begins with the whole of it. */
  reach: number | null;
}

/** The end of the longest host that begins at `start`, within label `index`. */
function reach(text: string[], labels: Label[], index: number, start: number): number | null {
  const label = labels[index];
  const next = labels[index + 1];
  if (!label || !next || start >= label.end) return null;
  if (!isHost(text[start]) || !isHost(text[label.end - 1])) return null;
  return next.reach ?? (label.underscore < start ? next.top : null);
}

/** The labels of the run of host characters from `at` on. */
function labelsFrom(text: string[], at: number): { labels: Label[]; end: number } {
  const end = skip(text, at, inRun);
  const labels: Label[] = [];
  let start = at;
  let underscore = -1;
  for (let index = at; index <= end; index += 1) {
    if (text[index] === '_') underscore = index;
    if (index < end && text[index] !== '.') continue;
    labels.push({ start, end: index, underscore, top: topLevel(text, start), reach: null });
    start = index + 1;
  }
  for (let index = labels.length - 1; index >= 0; index -= 1) {
    const label = labels[index];
    if (label) label.reach = reach(text, labels, index, label.start);
  }
  return { labels, end };
}

/** Where brackets that open at a place, and may have one pair within, are closed. */
function brackets(text: string[], at: number): number | null {
  if (text[at] !== '(') return null;
  const inner = skip(text, at + 1, isPath);
  if (text[inner] === ')') return inner > at + 1 ? inner + 1 : null;
  if (text[inner] !== '(') return null;
  const close = skip(text, inner + 1, isPath);
  if (close === inner + 1 || text[close] !== ')') return null;
  const outer = skip(text, close + 1, isPath);
  return text[outer] === ')' ? outer + 1 : null;
}

function pathEnd(text: string[], from: number): number {
  let end = from;
  for (let at = from; at < text.length; ) {
    const close = isPath(text[at]) ? null : brackets(text, at);
    if (close !== null) {
      at = close;
      end = close;
    } else if (isPath(text[at])) {
      at += 1;
      if (isPathEnd(text[at - 1])) end = at;
    } else break;
  }
  return end;
}

/** Where the query that begins at a place ends; the place when there is none. */
function queryEnd(text: string[], at: number): number {
  if (text[at] !== '?') return at;
  let end = at;
  for (let index = at + 1; index < text.length && isQuery(text[index]); index += 1) {
    if (isQueryEnd(text[index])) end = index + 1;
  }
  return end;
}

/** Whether there is a path behind a host, and where the address ends. */
function addressEnd(text: string[], host: number): { path: boolean; end: number } {
  let end = host;
  if (text[end] === ':') {
    const digits = skip(text, end + 1, isDigit);
    if (digits > end + 1) end = digits;
  }
  const path = text[end] === '/';
  if (path) end = pathEnd(text, end + 1);
  return { path, end: queryEnd(text, end) };
}

function schemeEnd(text: string[], at: number): number | null {
  for (const scheme of ['https://', 'http://']) {
    if (
      text
        .slice(at, at + scheme.length)
        .join('')
        .toLowerCase() === scheme
    ) {
      return at + scheme.length;
    }
  }
  return null;
}

/** Whether a link may begin at `at`, given that what is before `from` is taken. */
function mayPrecede(text: string[], from: number, at: number): boolean {
  // The library sees UTF-16: the first half of a character beyond the basic plane precedes the second.
  if (at === 0 || (at >= from && (text[at]?.length ?? 0) > 1)) return true;
  return at > from && !/^[A-Za-z0-9@＠$#＃\ufffe\ufeff\uffff]$/u.test(text[at - 1] ?? '');
}

function fits(text: string[], start: number, end: number, length: number): boolean {
  if (length > ADDRESS_MAX) return false;
  let label = 0;
  for (let at = start; at < end; at += 1) {
    label = text[at] === '.' ? 0 : label + 1;
    if (label > LABEL_MAX) return false;
  }
  return true;
}

/** A link with a scheme; a short link ends after its name. */
function withScheme(text: string[], start: number, host: number, end: number): Range[] {
  const rest = text
    .slice(host, Math.min(end, host + 6 + SHORT_MAX))
    .join('')
    .toLowerCase();
  const name = /^t\.co\/([a-z0-9]+)/.exec(rest)?.[1];
  if (name === undefined) return [[start, end]];
  return name.length > SHORT_MAX ? [] : [[start, Math.min(end, queryEnd(text, host + 5 + name.length))]];
}

/** The ASCII names within a host without a scheme; the last takes the `rest` behind the host that begins a path. */
function bare(text: string[], start: number, end: number, rest: number | null): Range[] {
  const found: Range[] = [];
  for (let at = start; at < end; ) {
    if (!isLatin(text[at])) {
      at += 1;
      continue;
    }
    let latin = at;
    while (latin < end && (isLatin(text[latin]) || text[latin] === '.')) latin += 1;
    let name: number | null = null;
    for (let dot = latin - 1; dot > at && name === null; dot -= 1) {
      if (text[dot] === '.') name = topLevel(text, dot + 1);
    }
    if (name !== null) found.push([at, name]);
    at = name ?? latin;
  }
  const last = found.at(-1);
  if (last && rest !== null) last[1] += rest;
  return found;
}

/** Where the links of a text are, in order. Its characters are code points. */
export function linksIn(text: string[]): Range[] {
  const found: Range[] = [];
  let from = 0;
  let at = 0;
  while (at < text.length) {
    const host = mayPrecede(text, from, at) ? schemeEnd(text, at) : null;
    if (host !== null) {
      const end = labelsFrom(text, host).labels[0]?.reach ?? null;
      if (end !== null) {
        const address = addressEnd(text, end);
        if (fits(text, host, end, host - at + address.end - at)) {
          found.push(...withScheme(text, at, host, address.end));
        }
        from = address.end;
        at = address.end;
        continue;
      }
    }
    if (!inRun(text[at]) || !mayPrecede(text, from, at)) {
      at += 1;
      continue;
    }
    [from, at] = linksInRun(text, from, at, found);
  }
  return found;
}

/** The links without a scheme in the run of host characters from `at` on, and where to go on. */
function linksInRun(text: string[], taken: number, at: number, found: Range[]): Range {
  const run = labelsFrom(text, at);
  let from = taken;
  let index = 0;
  // At the very beginning the library prefers to take the first character as one before a link.
  let start = at === 0 && mayPrecede(text, from, 1) && reach(text, run.labels, 0, 1) !== null ? 1 : at;
  while (start < run.end) {
    const free = mayPrecede(text, from, start);
    // A scheme within the run, such as in `日本http://…`.
    if (free && start > at && schemeEnd(text, start) !== null) return [from, start];
    while ((run.labels[index]?.end ?? run.end) < start) index += 1;
    const end = free ? reach(text, run.labels, index, start) : null;
    if (end === null) {
      start += 1;
      continue;
    }
    const address = addressEnd(text, end);
    const joined = start > from && /^[-_./]$/.test(text[start - 1] ?? '');
    if (!joined && fits(text, start, end, 'https://'.length + address.end - start)) {
      found.push(...bare(text, start, end, address.path ? address.end - end : null));
    }
    from = address.end;
    start = address.end;
  }
  return [from, Math.max(run.end, from)];
}
