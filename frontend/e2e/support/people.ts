import type { APIRequestContext, APIResponse, Page } from '@playwright/test';
import { expect } from '@playwright/test';

const PASSWORD = 'a long and quiet afternoon';

/** Somebody with an account, and the organization they act in. */
export interface Person {
  name: string;
  email: string;
  password: string;
  slug: string;
  /** The organization's zone. */
  zone: string;
  /** For requests of their own beside the page. */
  token: string;
}

let count = 0;

/** Words that no other test uses: addresses and slugs must be unique while tests share an installation. */
export function unique(word: string): string {
  count += 1;
  return `${word}-${process.pid}-${Date.now().toString(36)}-${count}`;
}

async function ok<T>(answer: Promise<APIResponse>): Promise<T> {
  const response = await answer;
  expect(response.ok(), `${response.url()} answered ${response.status()}: ${await response.text()}`).toBe(
    true,
  );
  return (response.status() === 204 ? null : await response.json()) as T;
}

/** The code of six digits in the newest mail to somebody. */
export async function mailedCode(request: APIRequestContext, email: string): Promise<string> {
  let code: string | undefined;
  await expect
    .poll(async () => {
      const mails = await ok<{ to: string; text: string }[]>(request.get('/_local/mail?format=json'));
      code = mails.find((mail) => mail.to === email)?.text.match(/\b\d{6}\b/)?.[0];
      return code;
    })
    .toBeTruthy();
  return code ?? '';
}

/** A request to the API as `person`. */
export function asPerson(request: APIRequestContext, { token }: Person) {
  const headers = { Authorization: `Bearer ${token}` };
  return {
    get: <T>(path: string) => ok<T>(request.get(`/api${path}`, { headers })),
    post: <T>(path: string, data: unknown, version?: number) =>
      ok<T>(
        request.post(`/api${path}`, {
          data,
          headers: version === undefined ? headers : { ...headers, 'If-Match': `"${version}"` },
        }),
      ),
  };
}

/** A new person who owns a new organization with its own page connected, made over the API. */
export async function newOwner(request: APIRequestContext, zone = 'Europe/Berlin'): Promise<Person> {
  const slug = unique('studio');
  const person: Person = {
    name: 'Ines Carvalho',
    email: `${slug}@example.test`,
    password: PASSWORD,
    slug,
    zone,
    token: '',
  };
  const { email, password, name } = person;
  await ok(request.post('/api/auth/register', { data: { email, password, name } }));
  const code = await mailedCode(request, email);
  await ok(request.post('/api/auth/confirm', { data: { email, code } }));
  const login = () =>
    ok<{ access_token: string }>(request.post('/api/auth/login', { data: { email, password } }));
  person.token = (await login()).access_token;
  const org = await asPerson(request, person).post<{ id: string }>('/orgs', {
    name: 'Oficina Azul',
    slug,
    zone,
  });
  await asPerson(request, person).post(`/orgs/${org.id}/activate`, {});
  // The tokens carry the organization: those from before do not name it yet.
  person.token = (await login()).access_token;
  await asPerson(request, person).post('/accounts/connect/page', {});
  return person;
}

/** Fills and sends the hosted sign-in page, wherever the page is on its way. */
export async function fillSignIn(page: Page, { email, password }: Person): Promise<void> {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Opens a page of the product as somebody, through the hosted sign-in. */
export async function openAs(page: Page, person: Person, path = '/calendar'): Promise<void> {
  await page.goto(path);
  await fillSignIn(page, person);
  await page.waitForURL((url) => url.pathname === new URL(path, url).pathname);
  await expect(page.getByRole('main')).toBeVisible();
}

/** A post of the organization's own page, on a wall clock of its zone. */
export async function schedulePost(
  request: APIRequestContext,
  person: Person,
  text: string,
  local: string,
): Promise<{ id: string }> {
  const api = asPerson(request, person);
  const { items } = await api.get<{ items: { id: string }[] }>('/accounts');
  const targets = items.map(({ id }) => ({ account_id: id, text: null, media: null }));
  const post = await api.post<{ id: string; version: number }>('/posts', { text, media: [], targets });
  await api.post(`/posts/${post.id}/schedule`, { local, zone: person.zone }, post.version);
  return post;
}
