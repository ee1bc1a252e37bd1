import { nextMinute } from './support/clock';
import { setting } from './support/env';
import { blueskyPosts, mastodonStatuses } from './support/networks';
import { mailedCode, unique } from './support/people';
import { picture } from './support/picture';
import { expect, expectAccessible, test } from './support/test';

const PASSWORD = 'a long and quiet afternoon';
const ALT = 'Six unglazed bowls on a board, drying beside the window';

/** Until the next full minute, and then some. */
const UNTIL_OUT_MS = 90_000;

test('from signing up to one post on three networks, once on each', async ({ page, request }) => {
  test.setTimeout(240_000);
  const slug = unique('oficina');
  const email = `${slug}@example.test`;
  const words = `Kiln day ${slug}`;
  const link = 'https://example.com/kiln';
  const text = `${words} 🏺 Doors open at four: ${link} #pottery`;

  await test.step('sign up on the hosted pages with the mailed code', async () => {
    await page.goto('/');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Create your account' }).click();
    await page.getByLabel('Your name').fill('Ines Carvalho');
    await page.getByLabel('E-mail address').fill(email);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByLabel('Code of six digits').fill(await mailedCode(request, email));
    await page.getByRole('button', { name: 'Confirm' }).click();
    // Confirmed either signs in at once or asks for the password once more.
    const password = page.getByLabel('Password', { exact: true });
    const organization = page.getByLabel('Name of the organization');
    await expect(password.or(organization)).toBeVisible();
    if (await password.isVisible()) {
      await password.fill(PASSWORD);
      await page.getByRole('button', { name: 'Sign in' }).click();
    }
    await expect(organization).toBeVisible();
  });

  await test.step('create an organization and connect its page', async () => {
    await page.getByLabel('Name of the organization').fill('Oficina Azul');
    await page.getByLabel('Address of your public page').fill(slug);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Create the organization' }).click();
    await page.getByRole('button', { name: 'Connect your page' }).click();
    await expect(page.getByText('Connected', { exact: true })).toBeVisible();
    await page.getByRole('link', { name: 'Connect more accounts' }).click();
  });

  await test.step('connect Bluesky', async () => {
    await page.getByRole('button', { name: 'Connect Bluesky' }).click();
    const dialog = page.getByRole('dialog', { name: 'Connect Bluesky' });
    await dialog.getByLabel('Handle').fill(setting('BSKY_HANDLE'));
    await dialog.getByLabel('App password', { exact: true }).fill(setting('BSKY_APP_PASSWORD'));
    await dialog.getByRole('button', { name: 'The account is on another server' }).click();
    await dialog.getByLabel('Server address').fill(setting('BSKY_URL'));
    await dialog.getByRole('button', { name: 'Connect', exact: true }).click();
    await expect(dialog).toBeHidden();
  });

  await test.step('connect Mastodon through its own form', async () => {
    await page.getByRole('button', { name: 'Connect Mastodon' }).click();
    const dialog = page.getByRole('dialog', { name: 'Connect Mastodon' });
    await dialog.getByLabel('Server').fill(setting('MASTODON_URL'));
    await dialog.getByRole('button', { name: 'Go to the server' }).click();
    await page.getByRole('button', { name: new RegExp(`@${setting('MASTODON_USER')}\\)`) }).click();
    await page.waitForURL(/\/accounts/);
    await expect(page.getByText('Working', { exact: true })).toHaveCount(3);
    await expectAccessible(page);
  });

  await test.step('write with a picture and its description, and schedule', async () => {
    await page.getByRole('link', { name: 'New post' }).first().click();
    for (const network of ['Your page', 'Bluesky', 'Mastodon']) {
      const account = page.getByRole('checkbox', { name: new RegExp(network) });
      await account.focus();
      if (!(await account.isChecked())) await page.keyboard.press('Space');
      await expect(account).toBeChecked();
    }
    await page.getByLabel('Text for all accounts').fill(text);
    await page.getByRole('button', { name: 'Add pictures' }).click();
    const picker = page.getByRole('dialog', { name: 'Choose files' });
    const chooser = page.waitForEvent('filechooser');
    await picker.getByRole('button', { name: 'Upload files' }).first().click();
    await (await chooser).setFiles(picture());
    await picker.getByRole('button', { name: 'Add 1 file' }).click();
    await page.getByLabel('Description of bowls.png').fill(ALT);
    const save = page.getByRole('button', { name: 'Save the description' });
    await save.click();
    await expect(save).toBeHidden();
    await expectAccessible(page);
    const zone = await page.evaluate(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
    const { date, time } = nextMinute(zone);
    await page.getByLabel('Date').fill(date);
    await page.getByLabel('Time', { exact: true }).fill(time);
    await page.getByRole('button', { name: /^Schedule for/ }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Scheduled post' })).toBeVisible();
    await expectAccessible(page);
  });

  await test.step('watch it go out, without touching anything', async () => {
    await expect(page.getByRole('heading', { level: 1, name: 'Published post' })).toBeVisible({
      timeout: UNTIL_OUT_MS,
    });
    for (const network of ['Your page', 'Bluesky', 'Mastodon']) {
      const receipt = page.getByRole('listitem', { name: new RegExp(`^${network}`) });
      await expect(receipt.getByText('Published', { exact: true }).first()).toBeVisible();
      await expect(receipt.getByText(/ s after due$/)).toBeVisible();
      await expect(receipt.getByRole('link', { name: /^Open on/ })).toHaveAttribute(
        'href',
        /^(https?:|\/p\/)/,
      );
    }
    await expectAccessible(page);
  });

  await test.step('it is on the public page, with its picture', async () => {
    await page.goto(`/p/${slug}`);
    const article = page.getByRole('article').filter({ hasText: words });
    await expect(article).toHaveCount(1);
    await expect(article.getByAltText(ALT)).toBeVisible();
    await expectAccessible(page);
  });

  await test.step('it is on Bluesky exactly once, with links, picture and description', async () => {
    const posts = await blueskyPosts(request, setting('BSKY_URL'), setting('BSKY_HANDLE'));
    const own = posts.filter(({ value }) => value.text.includes(words));
    expect(own).toHaveLength(1);
    const record = own[0]?.value;
    expect(record?.text).toBe(text);
    const bytes = Buffer.from(text);
    const marked = record?.facets?.map(({ index, features }) => ({
      text: bytes.subarray(index.byteStart, index.byteEnd).toString(),
      is: features[0]?.uri ?? features[0]?.tag,
    }));
    expect(marked).toEqual([
      { text: link, is: link },
      { text: '#pottery', is: 'pottery' },
    ]);
    expect(record?.embed?.images?.map(({ alt }) => alt)).toEqual([ALT]);
  });

  await test.step('it is on Mastodon exactly once', async () => {
    const instance = setting('MASTODON_URL');
    const statuses = await mastodonStatuses(request, instance, setting('MASTODON_USER'), words);
    expect(statuses).toHaveLength(1);
    expect(statuses[0]?.media_attachments.map(({ description }) => description)).toEqual([ALT]);
  });
});
