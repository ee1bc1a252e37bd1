/** Texts to count, made from pieces that counters disagree on. The same seed gives the same texts. */

const PIECES = [
  ...[
    'hello',
    'Grüße',
    'naïve',
    'привет',
    '日本語',
    '한국어',
    'ไทย',
    'עברית',
    'العربية',
    'e\u0301',
    'a\u0308o\u0302',
    '\u0301',
    'ﬁ',
  ],
  ...[
    '“quoted”',
    '‘it’s’',
    '–',
    '—',
    '…',
    '•',
    '′',
    '″',
    '€',
    '©',
    '®',
    '½',
    '\u00a0',
    '\u200b',
    '\u2028',
    '\u3000',
    '、',
    '。',
  ],
  ...[
    '\u202e',
    '\u202c',
    '\u200f',
    '\u2066',
    '\ufeff',
    '\n',
    '\r\n',
    '\t',
    '"',
    '`',
    '(',
    ')',
    '[',
    ']',
    '{',
    '<',
    '>',
  ],
  ...[
    '.',
    ',',
    '!',
    '?',
    ':',
    ';',
    '/',
    '\\',
    '-',
    '_',
    '~',
    '+',
    '=',
    '&',
    '%',
    '$',
    '@',
    '#',
    '＃',
    '＠',
    '*',
    "'",
    '|',
    '^',
  ],
  ...[
    'a',
    'b',
    'Z',
    '0',
    '7',
    '12',
    'http',
    'https',
    'www',
    'com',
    'co',
    'de',
    'xn--p1ai',
    'みんな',
    'onion',
    'museum',
    'notatld',
  ],
  ...[
    'http://',
    'https://',
    'HTTP://',
    'ftp://',
    '//',
    'http:/',
    'https://t.co/',
    'http://t.co/aB3',
    't.co/x',
  ],
  ...[
    'example.com',
    'sub.example.co.uk',
    'a.de',
    'README.md',
    'main.rs',
    'x.みんな',
    '例え.jp',
    'foo_bar.com',
    'foo-bar.com',
  ],
  ...[
    '_foo.bar.com',
    '-a.com',
    'a-.com',
    'user@example.com',
    'example.com:8080',
    'example.com:',
    '1.2.3.4',
    '3.14',
    'v2.0.1',
  ],
  ...[
    'https://example.com/a_(b)',
    'https://example.com/a_(b_(c))',
    'https://example.com/(a',
    'http://a.de/?q=1&b=2#c',
    'a.co?x=/y',
  ],
  ...[
    'https://example.com/путь',
    'https://example.com/é.',
    'https://example.com/日本',
    'https://日本語.jp/a',
    'http://a.b.c.d.example.org',
  ],
  ...[
    'https://example.com/@user/status',
    'https://example.com/@user',
    'https://user:pass@example.com/',
    'http://localhost/x',
    'http://a',
  ],
  ...['#tag', '#日本', '@user', '@user@example.com', '$TSLA', '#1'],
  ...[
    '😀',
    '👍🏽',
    '👩‍👩‍👧‍👦',
    '🏳️‍🌈',
    '🇩🇪',
    '🇯🇵',
    '1️⃣',
    '#️⃣',
    '❤️',
    '☀️',
    '🏴󠁧󠁢󠁥󠁮󠁧󠁿',
    '👨🏿‍🚀',
    '⭐',
    '©️',
    '🤷🏻‍♀️',
    '🧟‍♂️',
    '⌚',
    '🀄',
  ],
];

/** A small generator of numbers below 1, the same for the same seed (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** `how many` texts: pieces in random order, mostly with spaces between. */
export function texts(seed: number, many: number): string[] {
  const next = numbers(seed);
  const pick = (list: string[]) => list[Math.floor(next() * list.length)] ?? '';
  return Array.from({ length: many }, () => {
    const joined = next() < 0.5 ? 0.85 : 0.3;
    let text = '';
    for (let left = 1 + Math.floor(next() * 12); left > 0; left -= 1) {
      text += pick(PIECES) + (next() < joined ? ' ' : '');
    }
    return text;
  });
}
