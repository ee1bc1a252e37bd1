import type accounts from './locales/en/accounts.json';
import type audit from './locales/en/audit.json';
import type calendar from './locales/en/calendar.json';
import type common from './locales/en/common.json';
import type composer from './locales/en/composer.json';
import type importing from './locales/en/import.json';
import type landing from './locales/en/landing.json';
import type media from './locales/en/media.json';
import type members from './locales/en/members.json';
import type networks from './locales/en/networks.json';
import type onboarding from './locales/en/onboarding.json';
import type posts from './locales/en/posts.json';
import type schedule from './locales/en/schedule.json';
import type series from './locales/en/series.json';
import type settings from './locales/en/settings.json';
import type signin from './locales/en/signin.json';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common';
    resources: {
      accounts: typeof accounts;
      audit: typeof audit;
      calendar: typeof calendar;
      common: typeof common;
      composer: typeof composer;
      import: typeof importing;
      landing: typeof landing;
      media: typeof media;
      members: typeof members;
      networks: typeof networks;
      onboarding: typeof onboarding;
      posts: typeof posts;
      schedule: typeof schedule;
      series: typeof series;
      settings: typeof settings;
      signin: typeof signin;
    };
  }
}
