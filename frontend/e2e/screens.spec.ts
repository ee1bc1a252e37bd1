import { dayAhead } from './support/clock';
import { openAs, schedulePost } from './support/people';
import { expect, expectAccessible, test } from './support/test';

const PAGES = [
  ['/calendar', /\d{4}$/],
  ['/calendar?view=week', /\d{4}$/],
  ['/posts', 'Posts'],
  ['/posts/new', 'New post'],
  ['/posts/import', 'Import from a spreadsheet'],
  ['/media', 'Media'],
  ['/accounts', 'Accounts'],
  ['/members', 'Members'],
  ['/settings', 'Settings'],
  ['/audit', 'Audit log'],
] as const;

const SCREENS = [
  ['a phone', { width: 360, height: 740 }, 'light'],
  ['a desk at night', { width: 1360, height: 900 }, 'dark'],
] as const;

for (const [name, viewport, colorScheme] of SCREENS) {
  test.describe(name, () => {
    test.use({ viewport, colorScheme });

    test('every page fits, reads well and has nothing for axe', async ({ page, request, owner }) => {
      test.setTimeout(120_000);
      await schedulePost(request, owner, 'Kiln opening: come and see', `${dayAhead(owner.zone, 1)}T09:00`);
      await openAs(page, owner);
      for (const [path, heading] of PAGES) {
        await test.step(path, async () => {
          await page.goto(path);
          await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
          await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
          const overflow = await page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          );
          expect(overflow, 'nothing is wider than the screen').toBe(0);
          await expectAccessible(page);
        });
      }
    });
  });
}

test.describe('a phone', () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true });

  test('shows an agenda whose posts move by a form', async ({ page, request, owner }) => {
    const tomorrow = dayAhead(owner.zone, 1);
    await schedulePost(request, owner, 'Kiln opening', `${tomorrow}T09:00`);
    await openAs(page, owner, `/calendar?date=${tomorrow}`);
    await expect(page.getByRole('grid')).toHaveCount(0);
    await page.getByRole('button', { name: 'Move to another time: Kiln opening' }).click();
    const dialog = page.getByRole('dialog', { name: 'Move this post' });
    await dialog.getByLabel('Time').fill('17:45');
    await dialog.getByRole('button', { name: /^Move to .* 17:45$/ }).click();
    await expect(page.getByRole('link', { name: /17:45 Kiln opening/ })).toBeVisible();
  });
});
