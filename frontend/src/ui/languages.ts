/** Languages that people are likely to look for, by their tags. */
export const LANGUAGES = [
  'ar bg bn ca cs da de el en en-GB en-US es es-419 et fa fi fil fr fr-CA he hi hr hu id it ja ko',
  'lt lv ms nl no pl pt pt-BR ro ru sk sl sr sv sw ta th tr uk ur vi zh-Hans zh-Hant',
].flatMap((tags) => tags.split(' '));

const NAMES = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });

/** What a language is called, by its tag (BCP 47); `null` where that names none. */
export function languageName(tag: string): string | null {
  try {
    return NAMES.of(tag) ?? null;
  } catch {
    return null;
  }
}

/** The language that the name of a file ends with, as in `film.de.srt`: one of `LANGUAGES`, or `null`. */
export function languageInName(name: string): string | null {
  const said = name.match(/\.([a-z]{2,3}(?:-[a-z0-9]+)*)\.[a-z]+$/i)?.[1]?.toLowerCase();
  return LANGUAGES.find((tag) => tag.toLowerCase() === said) ?? null;
}
