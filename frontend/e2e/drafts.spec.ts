import { fillSignIn, openAs } from './support/people';
import { expect, expectAccessible, test } from './support/test';

const WORDS = 'The longest text of the week, and nobody has a copy.';

test('unsent words survive a reload', async ({ page, owner }) => {
  await openAs(page, owner, '/posts/new');
  await page.getByLabel('Text for all accounts').fill(WORDS);
  await expect(page.getByText('Kept on this device')).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('Text for all accounts')).toHaveValue(WORDS);
  await expect(page.getByText(/You have an unsent draft/)).toBeVisible();
  await expectAccessible(page);
});

test('unsent words survive a sign-in that ended', async ({ page, owner }) => {
  await openAs(page, owner, '/posts/new');
  await page.getByLabel('Text for all accounts').fill(WORDS);
  // From now on neither the token nor its renewal is accepted, as after a sign-out elsewhere.
  const refuse = { status: 401, contentType: 'application/problem+json', body: '{"status":401}' };
  await page.route('**/api/**', (route) => route.fulfill(refuse));
  await page.route('**/oauth2/token', (route) =>
    route.fulfill({ status: 400, contentType: 'application/json', body: '{"error":"invalid_grant"}' }),
  );
  await page.getByRole('button', { name: 'Save draft' }).click();
  const dialog = page.getByRole('dialog', { name: 'Your sign-in has ended' });
  await expect(dialog).toBeVisible();
  await expectAccessible(page);
  await page.unrouteAll();
  await dialog.getByRole('button', { name: 'Sign in again' }).click();
  // The hosted pages may still know who it is; otherwise they ask.
  const text = page.getByLabel('Text for all accounts');
  await expect(text.or(page.getByLabel('E-mail address'))).toBeVisible();
  if (await page.getByLabel('E-mail address').isVisible()) await fillSignIn(page, owner);
  await expect(text).toHaveValue(WORDS);
});

test('offline: a banner says so, nothing typed is lost, and saving works again afterwards', async ({
  page,
  context,
  owner,
}) => {
  await openAs(page, owner, '/posts/new');
  await page.getByLabel('Text for all accounts').fill(WORDS);
  await context.setOffline(true);
  await expect(page.getByText(/^You are offline/)).toBeVisible();
  await page.getByRole('button', { name: 'Save draft' }).click();
  await expect(page.getByText('Not saved. Your text is kept on this device.')).toBeVisible();
  await expectAccessible(page);
  await context.setOffline(false);
  await expect(page.getByText(/^You are offline/)).toBeHidden();
  await page.getByRole('button', { name: 'Save draft' }).click();
  await expect(page).toHaveURL(/\/posts\/pst_\w+\/edit/);
});
