import { dayAhead } from './support/clock';
import { asPerson, openAs, unique } from './support/people';
import { expect, expectAccessible, test } from './support/test';

test('a sheet is looked at, mended, imported once, and seen in the calendar', async ({
  page,
  request,
  owner,
}) => {
  const day = dayAhead(owner.zone, 3);
  const [first, second, draft] = ['Kiln day', 'Glaze day', 'Some day'].map((words) => unique(words));
  const sheet = [
    'Text;Date;Time;Accounts;Owner',
    `"${first}; come ""early""\nand stay";${day};09:00;page;Ada`,
    `${second};${day};17:30;myspace:tom;Ada`,
    `${draft};;;page;`,
  ].join('\r\n');
  await openAs(page, owner, '/posts');
  await page.getByRole('link', { name: 'Import from a spreadsheet' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Import from a spreadsheet' })).toBeVisible();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose a file' }).click();
  await (await chooser).setFiles({ name: 'plan.csv', mimeType: 'text/csv', buffer: Buffer.from(sheet) });

  await test.step('each row says how it stands, and nothing can be imported yet', async () => {
    await expect(page.getByText('The column “Owner” is not known and is left out.')).toBeVisible();
    await expect(page.getByRole('listitem', { name: 'Line 2: Ready' })).toContainText(
      `${first}; come "early"`,
    );
    const faulty = page.getByRole('listitem', { name: 'Line 4: To fix' });
    await expect(faulty).toContainText('No connected account is called “myspace:tom”.');
    await expect(page.getByRole('button', { name: 'Import 2 posts' })).toBeDisabled();
    await expectAccessible(page);
  });

  await test.step('what is mended survives a reload', async () => {
    await page.getByRole('textbox', { name: 'The rows as text' }).fill(sheet.replace('myspace:tom', 'page'));
    await expect(page.getByRole('listitem', { name: 'Line 4: Ready' })).toBeVisible();
    await page.reload();
    await expect(page.getByRole('listitem', { name: 'Line 4: Ready' })).toBeVisible();
  });

  await test.step('an answer that is lost is found again', async () => {
    await page.route(
      '**/api/posts/import',
      async (route) => {
        // Everything is made, and nobody here learns of it.
        await route.fetch();
        await route.abort();
      },
      { times: 1 },
    );
    await page.getByRole('button', { name: 'Import 3 posts' }).click();
    await expect(page.getByRole('heading', { name: '3 posts are made' })).toBeFocused();
    await expectAccessible(page);
    const { items } = await asPerson(request, owner).get<{ items: { excerpt: string }[] }>('/posts?limit=50');
    expect(items).toHaveLength(3);
  });

  await page.getByRole('link', { name: 'See them in the calendar' }).click();
  await expect(page.getByRole('link', { name: new RegExp(`^09:00, .*${first}`) })).toBeVisible();
  await expect(page.getByRole('link', { name: new RegExp(`^17:30, .*${second}`) })).toBeVisible();
});
