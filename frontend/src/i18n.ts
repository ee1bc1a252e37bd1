import i18next, { type BackendModule } from 'i18next';
import { initReactI18next } from 'react-i18next';
import common from './locales/en/common.json';

/** One chunk per namespace, fetched with the page that needs it. */
const catalogues: BackendModule = {
  type: 'backend',
  init() {},
  read(language, namespace) {
    return import(`./locales/${language}/${namespace}.json`).then((module) => module.default);
  },
};

/** Prepares translations; resolves at once because the common catalogue is part of the first load. */
export function startI18n(): Promise<unknown> {
  return i18next
    .use(catalogues)
    .use(initReactI18next)
    .init({
      lng: 'en',
      fallbackLng: 'en',
      ns: ['common'],
      defaultNS: 'common',
      resources: { en: { common } },
      partialBundledLanguages: true,
      interpolation: { escapeValue: false },
      react: { useSuspense: true },
    });
}

export { i18next };
