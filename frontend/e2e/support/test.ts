import AxeBuilder from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';
import { newOwner, type Person } from './people';

interface Fixtures {
  /** Somebody who owns an organization with its page connected; nobody else's test sees it. */
  owner: Person;
}

/** A test that fails on any script error and any message of the content security policy. */
export const test = base.extend<Fixtures>({
  page: async ({ page }, use) => {
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      const text = message.text();
      // The networks of these tests speak plain http, which the policy rightly forbids for their avatars.
      if (text.includes('Content Security Policy') && !text.includes('img-src')) errors.push(text);
    });
    await use(page);
    expect(errors).toEqual([]);
  },
  owner: async ({ request }, use) => {
    await use(await newOwner(request));
  },
});

/** Nothing that axe can find is wrong with what is on the screen, by the rules of WCAG 2.2 A and AA. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
  expect(found).toEqual([]);
}

export { expect };
