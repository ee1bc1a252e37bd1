import { defineConfig } from '@playwright/test';

/**
 * The journeys run against a running Atelier and, for publishing, the networks' servers: `scripts/e2e` starts all of
 * them and says where they are in the environment.
 */
export default defineConfig({
  testDir: './e2e',
  outputDir: '../test-results/e2e',
  // Every test signs up its own people, so any number may run at once; one at a time keeps small machines quick.
  fullyParallel: true,
  workers: Number(process.env.E2E_WORKERS ?? 1),
  forbidOnly: Boolean(process.env.CI),
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: {
    baseURL: process.env.ATELIER_URL ?? 'http://localhost:4000',
    browserName: 'chromium',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox'],
    },
    viewport: { width: 1360, height: 900 },
    contextOptions: { reducedMotion: 'reduce' },
    // The page follows the organization's zone, never the browser's: a far one would show a mistake.
    timezoneId: 'Asia/Tokyo',
    locale: 'en-GB',
    actionTimeout: 20_000,
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
});
