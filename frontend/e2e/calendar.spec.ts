import { dayAhead } from './support/clock';
import { asPerson, openAs, schedulePost } from './support/people';
import { expect, expectAccessible, test } from './support/test';

const NINE = 'T09:00:00';
/** Well inside a month, so that a day later is on the same page of the calendar. */
const MIDDLE = 'T09:00';

/** The middle of the next month in the organization's zone: a day with days around it. */
const middleOfNextMonth = (zone: string) => {
  const [year = 0, month = 0] = dayAhead(zone, 0).split('-').map(Number);
  return new Date(Date.UTC(year, month, 15)).toISOString().slice(0, 10);
};
const after = (day: string, days: number) =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

test('a post is moved with the keyboard alone, announced, saved and taken back', async ({
  page,
  request,
  owner,
}) => {
  const day = middleOfNextMonth(owner.zone);
  const { id } = await schedulePost(request, owner, 'Gift vouchers are back', `${day}${MIDDLE}`);
  await openAs(page, owner, `/calendar?date=${day}`);
  const chip = page.getByRole('link', { name: /^09:00, Scheduled, Your page: Gift vouchers/ });
  const local = async () =>
    (await asPerson(request, owner).get<{ schedule: { local: string } }>(`/posts/${id}`)).schedule.local;

  await chip.focus();
  await page.keyboard.press('m');
  await expect(page.getByText(/^Lifted “Gift vouchers/)).toBeAttached();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await expectAccessible(page);
  await page.keyboard.press('Enter');

  const target = after(day, 8);
  await expect(
    page.locator(`[data-slot="${target}"]`).getByRole('link', { name: /Gift vouchers/ }),
  ).toBeFocused();
  await expect.poll(local).toBe(`${target}${NINE}`);

  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(
    page.locator(`[data-slot="${day}"]`).getByRole('link', { name: /Gift vouchers/ }),
  ).toBeVisible();
  await expect.poll(local).toBe(`${day}${NINE}`);
});

test('a post is moved by dragging it to another day', async ({ page, request, owner }) => {
  const day = middleOfNextMonth(owner.zone);
  await schedulePost(request, owner, 'Open studio', `${day}${MIDDLE}`);
  await openAs(page, owner, `/calendar?date=${day}`);
  const target = page.locator(`[data-slot="${after(day, 1)}"]`);
  await page.getByRole('link', { name: /Open studio/ }).dragTo(target);
  await expect(target.getByRole('link', { name: /Open studio/ })).toBeVisible();
  await expect(page.getByText(/^Moved to/)).toBeVisible();
});

test('a move to the past is refused, undone, and offers times that work', async ({
  page,
  request,
  owner,
}) => {
  const tomorrow = dayAhead(owner.zone, 1);
  await schedulePost(request, owner, 'Seconds sale', `${tomorrow}${MIDDLE}`);
  await openAs(page, owner, `/calendar?date=${tomorrow}`);
  await page.getByRole('link', { name: /Seconds sale/ }).focus();
  await page.keyboard.press('m');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Move this post' });
  await expect(dialog.getByRole('alert')).toContainText('already passed');
  await expectAccessible(page);
  await dialog.getByRole('alert').getByRole('button').last().click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText(/^Moved to/)).toBeVisible();
});

test('a time that clocks skip is refused with the ones that exist', async ({ page, request, owner }) => {
  // The last Sunday of the coming March: clocks go forward in Berlin.
  const today = dayAhead(owner.zone, 0);
  const year = Number(today.slice(0, 4)) + (today.slice(5) > '03-20' ? 1 : 0);
  const last = new Date(Date.UTC(year, 2, 31));
  const sunday = new Date(last.getTime() - last.getUTCDay() * 86_400_000).toISOString().slice(0, 10);
  await schedulePost(request, owner, 'Night shift', `${after(sunday, -1)}T02:30`);
  await openAs(page, owner, `/calendar?view=week&date=${sunday}`);
  await expect(page.getByText('No 02:00 on this day: clocks go forward')).toBeVisible();
  await page.getByRole('link', { name: /Night shift/ }).hover();
  await page.getByRole('button', { name: 'Move to another time: Night shift' }).click();
  const dialog = page.getByRole('dialog', { name: 'Move this post' });
  await dialog.getByLabel('Date').fill(sunday);
  await dialog.getByRole('button', { name: /^Move/ }).click();
  await dialog.getByRole('button', { name: /03:30/ }).click();
  await expect(
    page.locator(`[data-slot="${sunday}T03"]`).getByRole('link', { name: /^03:30, .*Night shift/ }),
  ).toBeVisible();
});

test('the address holds view and date, so that back goes back', async ({ page, owner }) => {
  await openAs(page, owner, '/calendar?date=2031-05-14');
  await expect(page.getByRole('heading', { level: 1, name: 'May 2031' })).toBeVisible();
  await page.getByText('Week', { exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: '12–18 May 2031' })).toBeVisible();
  await page.getByRole('button', { name: 'Next week' }).click();
  await expect(page.getByRole('heading', { level: 1, name: '19–25 May 2031' })).toBeVisible();
  await page.goBack();
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1, name: 'May 2031' })).toBeVisible();
  await page.locator('[data-slot="2031-05-22"]').click({ position: { x: 60, y: 90 } });
  await expect(page).toHaveURL(/\/posts\/new\?on=2031-05-22/);
});
