import { readFileSync, writeFileSync } from 'node:fs';
import twitter from 'twitter-text';
import { describe, expect, it } from 'vitest';
import { threadsLength, weightedLength } from './counting';
import { texts } from './counting.texts';
import { graphemes } from './rules';

// Texts with their lengths by counters that share no code with ours. The API's tests read the same file. To write it
// anew: `WRITE_COUNTS=1 npm test -- --run counting`.
const FILE = '../shared/domain/src/rules/count/counted.json';

interface Counted {
  text: string;
  graphemes: number;
  utf16: number;
  code_points: number;
  utf8_bytes: number;
  x_weighted: number;
  threads: number;
}

// Given as a text: the language level of the page knows no such literals.
const SETS = 'gv';
const emoji = new RegExp('\\p{RGI_Emoji}', SETS);

/** Lengths by others: the network's own text library, the platform's segmenter, encoder and list of emoji. */
function byOthers(text: string): Counted {
  const segments = new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text);
  const symbols = text.match(emoji) ?? [];
  return {
    text,
    graphemes: [...segments].length,
    utf16: text.length,
    code_points: Array.from(text).length,
    utf8_bytes: Buffer.byteLength(text),
    x_weighted: twitter.parseTweet(text).weightedLength,
    threads: Array.from(text.replaceAll(emoji, '')).length + Buffer.byteLength(symbols.join('')),
  };
}

if (process.env.WRITE_COUNTS) {
  const lines = texts(20_261_121, 400).map((text) => JSON.stringify(byOthers(text)));
  writeFileSync(FILE, `[\n${lines.join(',\n')}\n]\n`);
}

describe('counting', () => {
  it('agrees with other counters on the shared texts', () => {
    const shared: Counted[] = JSON.parse(readFileSync(FILE, 'utf8'));
    expect(shared.length).toBeGreaterThanOrEqual(300);
    for (const counted of shared) {
      const said = JSON.stringify(counted.text);
      expect(weightedLength(counted.text, 23), said).toBe(counted.x_weighted);
      expect(threadsLength(counted.text), said).toBe(counted.threads);
      expect(graphemes(counted.text), said).toBe(counted.graphemes);
      expect(byOthers(counted.text), said).toEqual(counted);
    }
  });

  it('weighs thousands of texts like the text library of X', () => {
    for (const text of texts(7, 5000)) {
      expect(weightedLength(text, 23), JSON.stringify(text)).toBe(twitter.parseTweet(text).weightedLength);
    }
  });

  it('takes no time for hostile texts', () => {
    const hostile = [
      'a',
      '日',
      '日.',
      'a.',
      'a.co/(',
      'http://',
      'http://a.b/',
      '_a.',
      '日http://',
      '\u0301',
      '👩‍',
      '\u202e',
      'xn--',
      'a.com?',
      '🇩',
    ];
    for (const unit of [...hostile, `https://example.com/${'x'.repeat(180)} `]) {
      const text = unit.repeat(100_000 / unit.length);
      const start = performance.now();
      expect(weightedLength(text, 23) + threadsLength(text)).toBeGreaterThan(0);
      expect(performance.now() - start, unit).toBeLessThan(2000);
    }
    const long = `${'日'.repeat(50_000)}.${'a'.repeat(50_000)}`;
    const start = performance.now();
    expect(weightedLength(long, 23)).toBe(100_000 + 1 + 50_000);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
