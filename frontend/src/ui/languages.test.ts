import { describe, expect, it } from 'vitest';
import { languageInName, languageName } from './languages';

describe('the language in the name of a file', () => {
  it.each([
    ['film.de.srt', 'de'],
    ['Film.PT-br.vtt', 'pt-BR'],
    ['film.zh-Hans.srt', 'zh-Hans'],
    ['film.new.srt', null],
    ['film.srt', null],
    ['de.srt', null],
    ['film.de', null],
  ])('%s: %s', (name, tag) => {
    expect(languageInName(name)).toBe(tag);
  });
});

it('languages have names, other words none', () => {
  expect(languageName('pt-BR')).toBe('Brazilian Portuguese');
  expect(languageName('no language')).toBeNull();
});
