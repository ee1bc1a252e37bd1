import { film, subtitles } from './support/film';
import { asPerson, openAs, unique } from './support/people';
import { connectAt, sandboxOf, shownAt } from './support/sandbox';
import { expect, expectAccessible, test } from './support/test';

/** Networks whose users allow access at the network's own site. */
const CONSENT = {
  linkedin: 'LinkedIn',
  facebook: 'Facebook',
  instagram: 'Instagram',
  threads: 'Threads',
  tiktok: 'TikTok',
  x: 'X',
  youtube: 'YouTube',
  pinterest: 'Pinterest',
} as const;

/** Networks process films for a while, and are asked again. */
const UNTIL_OUT_MS = 300_000;

test('in the sandbox, one post goes to every network, once to each', async ({ page, request, owner }) => {
  const sandbox = await sandboxOf(request);
  test.skip(sandbox === null, 'only in a sandbox (SANDBOX=1)');
  if (sandbox === null) return;
  test.setTimeout(600_000);
  const words = `Kiln day ${unique('sandbox')}`;
  const { networks } = await asPerson(request, owner).get<{
    networks: { platform: string; connect: string; ways: { configured: boolean }[] }[];
  }>('/networks');
  const consent = (Object.keys(CONSENT) as (keyof typeof CONSENT)[]).filter((platform) =>
    networks.some(
      (network) => network.platform === platform && network.ways.some(({ configured }) => configured),
    ),
  );
  const outside = [...consent, 'bluesky', 'mastodon'];

  await test.step('every page says that it is the sandbox', async () => {
    await page.goto('/');
    await expect(page.getByRole('complementary', { name: 'Sandbox' })).toBeVisible();
    await openAs(page, owner, '/accounts');
    await expect(page.getByRole('heading', { level: 1, name: 'Accounts' })).toBeVisible();
    await expect(page.getByRole('complementary', { name: 'Sandbox' })).toBeVisible();
    await expect(page.getByRole('link', { name: 'See what they show' })).toHaveAttribute('href', sandbox);
    await expectAccessible(page);
  });

  await test.step('connect Bluesky and Mastodon', async () => {
    await page.getByRole('button', { name: 'Connect Bluesky' }).click();
    const bluesky = page.getByRole('dialog', { name: 'Connect Bluesky' });
    await bluesky.getByLabel('Handle').fill('ada.bsky.social');
    await bluesky.getByLabel('App password', { exact: true }).fill('abcd-efgh-ijkl-mnop');
    await bluesky.getByRole('button', { name: 'Connect', exact: true }).click();
    await expect(bluesky).toBeHidden();
    await page.getByRole('button', { name: 'Connect Mastodon' }).click();
    const mastodon = page.getByRole('dialog', { name: 'Connect Mastodon' });
    await mastodon.getByLabel('Server').fill('mastodon.example');
    await mastodon.getByRole('button', { name: 'Go to the server' }).click();
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.waitForURL(/\/accounts/);
    await expect(page.getByText('Working', { exact: true })).toHaveCount(3);
  });

  for (const platform of consent) {
    await test.step(`connect ${CONSENT[platform]}`, () => connectAt(page, CONSENT[platform]));
  }

  await test.step('put them into one group', async () => {
    await page.getByRole('button', { name: 'New group' }).click();
    const dialog = page.getByRole('dialog', { name: 'New group' });
    await dialog.getByLabel('Name').fill('Everywhere');
    for (const box of await dialog.getByRole('checkbox').all()) {
      await box.focus();
      await page.keyboard.press('Space');
    }
    await dialog.getByRole('button', { name: 'Save group' }).click();
    await expect(dialog).toBeHidden();
    await expectAccessible(page);
  });

  await test.step('write one post with a film for all of them', async () => {
    await page.getByRole('link', { name: 'New post' }).first().click();
    await page.getByRole('button', { name: `Everywhere: ${outside.length + 1} accounts` }).click();
    await page.getByLabel('Text for all accounts').fill(words);
    await page.getByRole('button', { name: 'Add pictures', exact: true }).click();
    const picker = page.getByRole('dialog', { name: 'Choose files' });
    const chooser = page.waitForEvent('filechooser');
    await picker.getByRole('button', { name: 'Upload files' }).first().click();
    await (await chooser).setFiles(film());
    await picker.getByRole('button', { name: 'Add 1 file' }).click();
  });

  await test.step('say what single networks ask for', async () => {
    const panel = (name: string) => page.getByRole('button', { name: new RegExp(`^${name}.*still needs`) });
    if (consent.includes('tiktok')) {
      const privacy = page.getByRole('radiogroup', { name: /Who can watch it/ });
      await privacy.getByRole('radio').first().click();
      await expect(panel('TikTok')).toBeHidden();
      const tiktok = page.getByRole('button', { name: /^TikTok/, expanded: true }).locator('xpath=../..');
      await tiktok.getByText('A moment', { exact: true }).click();
      await tiktok.getByLabel('Second', { exact: true }).fill('1');
    }
    if (consent.includes('youtube')) {
      await page.getByRole('combobox', { name: 'Made for children' }).click();
      await page.getByRole('option', { name: 'No, not made for children' }).click();
      // The first of them: Pinterest has one too, further down.
      await page.getByRole('textbox', { name: 'Title', exact: true }).first().fill(words);
      const youtube = page.getByRole('button', { name: /^YouTube/, expanded: true }).locator('xpath=../..');
      await youtube.getByRole('button', { name: 'Choose subtitles' }).click();
      const picker = page.getByRole('dialog', { name: 'Choose subtitles' });
      const chooser = page.waitForEvent('filechooser');
      await picker.getByRole('button', { name: 'Upload files' }).click();
      await (await chooser).setFiles(subtitles());
      await picker.getByRole('button', { name: 'Add 1 file' }).click();
      await expect(youtube.getByLabel('Language of wheel.de.srt')).toHaveValue('de');
    }
    if (consent.includes('pinterest')) {
      await page.getByRole('combobox', { name: 'Board' }).click();
      await page.getByRole('option').first().click();
    }
    await expectAccessible(page);
  });

  await test.step('publish, and watch it go out to all', async () => {
    await page.getByRole('button', { name: 'Publish now' }).click();
    await page
      .getByRole('dialog', { name: /^Publish now to/ })
      .getByRole('button', { name: 'Publish now' })
      .click();
    await expect(page.getByRole('heading', { level: 1, name: 'Published post', exact: true })).toBeVisible({
      timeout: UNTIL_OUT_MS,
    });
    await expectAccessible(page);
  });

  for (const platform of outside) {
    await test.step(`it is at ${platform} exactly once`, async () => {
      expect(await shownAt(request, sandbox, platform, words)).toHaveLength(1);
    });
  }

  if (consent.includes('youtube')) {
    await test.step('the film has its subtitles', async () => {
      const [there] = await shownAt(request, sandbox, 'youtube', words);
      expect(there?.notes['captions de']).toBe(`${subtitles().buffer.length} bytes`);
    });
  }

  if (consent.includes('tiktok')) {
    await test.step('the film waits with the chosen moment', async () => {
      const [there] = await shownAt(request, sandbox, 'tiktok', words);
      expect(there?.notes.cover).toBe('1000 ms');
    });
  }

  await test.step('take it down from Mastodon, and only from there', async () => {
    const receipt = page.getByRole('listitem', { name: /^Mastodon/ });
    await receipt.getByRole('button', { name: 'Take down…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Take it down from Mastodon?' });
    await dialog.getByRole('button', { name: 'Take down', exact: true }).click();
    await expect(receipt.getByText(/took it down/)).toBeVisible();
    await expect(receipt.getByRole('button', { name: 'Take down…' })).toBeHidden();
    await expectAccessible(page);
    expect(await shownAt(request, sandbox, 'mastodon', words)).toHaveLength(0);
    expect(await shownAt(request, sandbox, 'bluesky', words)).toHaveLength(1);
  });
});
