import { type APIRequestContext, expect, type Locator, type Page } from '@playwright/test';

/** What the running Atelier says of itself. */
interface Config {
  sandbox?: boolean;
  sandbox_url?: string | null;
}

/** Where the simulated networks are; null when this Atelier has real ones. */
export async function sandboxOf(request: APIRequestContext): Promise<string | null> {
  const config = (await (await request.get('/config.json')).json()) as Config;
  return config.sandbox ? (config.sandbox_url ?? null) : null;
}

/** Something that people would see at a simulated network. */
interface Shown {
  kind: string;
  text: string;
  media: string[];
  notes: Record<string, string>;
}

/** What a simulated network shows that holds `words`, comments left out. */
export async function shownAt(request: APIRequestContext, sandbox: string, network: string, words: string) {
  const answer = await request.get(new URL(`timeline/${network}.json`, sandbox).href);
  expect(answer.ok(), await answer.text()).toBe(true);
  const shown = (await answer.json()) as Shown[];
  return shown.filter(({ kind, text, notes }) => {
    const said = [text, ...Object.values(notes)].join('\n');
    return kind !== 'comment' && said.includes(words);
  });
}

/** The card of a network that can be connected. */
export function cardOf(page: Page, name: string): Locator {
  const cards = page.getByRole('list', { name: 'Ready to connect' }).locator('> li');
  return cards.filter({ has: page.getByRole('heading', { name, exact: true }) });
}

/** Allows access at a network's simulated page and comes back with one account more. */
export async function connectAt(page: Page, name: string): Promise<void> {
  const rows = page.getByRole('list', { name: 'Connected accounts' }).locator('> li');
  await expect(rows.first()).toBeVisible();
  const before = await rows.count();
  await cardOf(page, name)
    .getByRole('button', { name: /^(Connect|Sign in)/ })
    .first()
    .click();
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.waitForURL(/\/accounts/);
  const dialog = page.getByRole('dialog', { name: 'Which accounts?' });
  await expect(dialog.getByRole('checkbox').first().or(rows.nth(before))).toBeVisible();
  if (await dialog.isVisible()) {
    const first = dialog.getByRole('checkbox').first();
    await first.focus();
    if (!(await first.isChecked())) await page.keyboard.press('Space');
    await dialog.getByRole('button', { name: 'Connect 1 account' }).click();
    await expect(dialog).toBeHidden();
  }
  await expect(rows).toHaveCount(before + 1);
}
