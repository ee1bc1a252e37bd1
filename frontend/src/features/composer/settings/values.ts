import type { Format, MediaFile, Platform, Settings } from '@/api/types';
import { extrasFor, isSet } from '@/parts/networkRules';
import type { SettingRule } from '@/parts/rules';
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

/** The settings to show: a detail of a poll, a link or a document only beside it. */
export function shownSettings(rules: SettingRule[], settings: Settings, files: MediaFile[]): SettingRule[] {
  const document = files.some(({ type }) => type === 'application/pdf');
  return rules.filter(({ name, kind, choices = [] }) => {
    if (isSet(settings[name])) return true;
    // A choice among one is none.
    if (kind === 'choice' && choices.length < 2) return false;
    if (name.startsWith('poll_')) return isSet(settings.poll);
    if (name === 'link_title') return isSet(settings.link);
    return name !== 'document_title' || document;
  });
}

/** The required settings that say nothing yet. */
export function lacking(rules: SettingRule[], settings: Settings): string[] {
  return rules.filter(({ name, required }) => required && !isSet(settings[name])).map(({ name }) => name);
}
