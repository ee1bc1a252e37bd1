import type { Platform } from '@/api/types';
import { i18next } from '@/i18n';

/** Ways that the catalogue knows; another one is told by its own name. */
const KNOWN = {
  'linkedin person': 'linkedinPerson',
  'linkedin organization': 'linkedinOrganization',
  'instagram instagram': 'instagramInstagram',
  'instagram facebook': 'instagramFacebook',
} as const;

const keyOf = (platform: Platform, way: string) =>
  (KNOWN as Record<string, (typeof KNOWN)[keyof typeof KNOWN] | undefined>)[`${platform} ${way}`];

/** What connecting this way gets. */
export function wayText(platform: Platform, way: string): string {
  const key = keyOf(platform, way);
  return key ? i18next.t(`ways.${key}.text`, { ns: 'accounts' }) : way;
}

/** What its button says. */
export function wayAction(platform: Platform, way: string): string {
  const key = keyOf(platform, way);
  return key
    ? i18next.t(`ways.${key}.action`, { ns: 'accounts' })
    : i18next.t('connect.action', { ns: 'accounts', network: i18next.t(`platform.${platform}`) });
}
