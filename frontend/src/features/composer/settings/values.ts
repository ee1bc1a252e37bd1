import type { Format, MediaFile, Platform, Settings } from '@/api/types';
import { isDocument } from '@/parts/files';
import { extrasFor, isSet } from '@/parts/networkRules';
import type { CoverRule, SettingRule } from '@/parts/rules';
import { type Composition, variant, withVariant } from '../composition';

/**
 * What an account's post becomes. Settings that the form does not have are set aside, and come back with a form that
 * has them.
 */
export function setFormat(
  composition: Composition,
  account: string,
  platform: Platform,
  format: Format,
): Composition {
  const { settings, aside } = variant(composition, account);
  const all: Settings = { ...aside?.settings, ...settings };
  const names = extrasFor(platform, format).settings.map(({ name }) => name);
  const some = (wanted: boolean) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name) === wanted));
  return withVariant(composition, account, {
    format,
    settings: some(true),
    aside: { ...aside, settings: some(false) },
  });
}

/** What a cover stands for. */
export type Covered = { kind: 'video'; video: MediaFile } | { kind: 'link' };

/** The settings to show: a detail of a poll, a link or a document only beside it. */
export function shownSettings(rules: SettingRule[], settings: Settings, files: MediaFile[]): SettingRule[] {
  const document = files.some(({ type }) => isDocument(type));
  return rules.filter(({ name, kind, choices = [], only_with }) => {
    if (isSet(settings[name])) return true;
    if (only_with === 'video') return files.some(({ type }) => type.startsWith('video/'));
    // The parts of a thread have files of their own.
    if (only_with && only_with !== 'files') return isSet(settings[only_with]);
    // A choice among one is none.
    if (kind === 'choice' && choices.length < 2) return false;
    if (name.startsWith('poll_')) return isSet(settings.poll);
    if (name === 'link_title' || name === 'link_description') return isSet(settings.link);
    return name !== 'document_title' || document;
  });
}

/** Whether a film is all that is attached. */
export function isOnlyFilm(files: MediaFile[]): boolean {
  return files.length === 1 && files[0]?.type.startsWith('video/') === true;
}

/** What the post has that can have a cover at this network: a film that is alone, or a link. */
export function coveredBy(rule: CoverRule | null, settings: Settings, files: MediaFile[]): Covered | null {
  const [first] = files;
  if (!rule) return null;
  if (rule.of.includes('video') && files.length === 1 && first?.type.startsWith('video/')) {
    return { kind: 'video', video: first };
  }
  return rule.of.includes('link') && files.length === 0 && isSet(settings.link) ? { kind: 'link' } : null;
}

/** The required settings that say nothing yet. */
export function lacking(rules: SettingRule[], settings: Settings): string[] {
  return rules.filter(({ name, required }) => required && !isSet(settings[name])).map(({ name }) => name);
}
