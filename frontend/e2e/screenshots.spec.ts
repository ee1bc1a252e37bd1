import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { fillSignIn, type Person } from './support/people';
import { expect, test } from './support/test';

/** Who the demo organization belongs to; printed when the demo starts. */
const DEMO = { email: 'demo@atelier.example', password: process.env.DEMO_PASSWORD ?? '' } as Person;
const DOCS = fileURLToPath(new URL('../../docs/', import.meta.url));

// `npm run screenshots` gives the demo's password, which its start prints too; the journeys leave this out.
test.skip(!DEMO.password, 'only against a demo (DEMO=1)');
test.use({ deviceScaleFactor: 1.5, viewport: { width: 1360, height: 880 } });

test('pictures of the product for the documentation', async ({ page }) => {
  await mkdir(DOCS, { recursive: true });
  await page.goto('/calendar');
  await fillSignIn(page, DEMO);
  await expect(page.getByRole('grid')).toBeVisible();
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
  await page.screenshot({ path: `${DOCS}calendar.png` });

  await page.goto('/posts?status=scheduled');
  await page.getByRole('main').getByRole('listitem').first().getByRole('link').click();
  await page.getByRole('link', { name: 'Edit' }).click();
  await expect(page.getByLabel('Text for all accounts')).not.toBeEmpty();
  await page.evaluate(() => Promise.all([...document.images].map((image) => image.decode().catch(() => {}))));
  await page.screenshot({ path: `${DOCS}composer.png` });

  await page.goto('/posts?status=published');
  await page.getByRole('main').getByRole('listitem').first().getByRole('link').click();
  await expect(page.getByRole('heading', { level: 1, name: 'Published post' })).toBeVisible();
  await page.evaluate(() => Promise.all([...document.images].map((image) => image.decode().catch(() => {}))));
  await page.screenshot({ path: `${DOCS}receipts.png` });
});
