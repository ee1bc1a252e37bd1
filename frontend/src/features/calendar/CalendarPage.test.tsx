import { screen, waitFor, within } from '@testing-library/react';
import { http } from 'msw';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { at, problem } from '@/mocks/answers';
import { db } from '@/mocks/db';
import { posts, resetPosts } from '@/mocks/posts';
import { server } from '@/mocks/server';
import { renderPage } from '@/test/render';
import CalendarPage from './CalendarPage';

const NAMESPACES = ['calendar', 'schedule'];

/** A Wednesday morning; the mocked weeks are built around it. */
const NOW = new Date('2026-11-18T08:00:00Z');
const show = (path = '/', role?: 'viewer' | 'author') =>
  renderPage(<CalendarPage />, { path, role, namespaces: NAMESPACES });
const chip = (text: RegExp) => screen.findByRole('link', { name: text });
const cellOf = (element: HTMLElement) => element.closest('[data-slot]')?.getAttribute('data-slot');

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
  resetPosts();
});
afterEach(() => vi.useRealTimers());

describe('the month', () => {
  it('shows posts on their day with time, status and networks in words', async () => {
    await show();
    const link = await chip(/Gift vouchers/);
    expect(link).toHaveAccessibleName(
      '09:00, Scheduled, Your page, Bluesky, Mastodon: Gift vouchers are back. They fit every envelope and every budget.',
    );
    expect(cellOf(link)).toBe('2026-11-21');
    expect(screen.getByRole('heading', { level: 1, name: 'November 2026' })).toBeVisible();
    expect(screen.getByText('Lisbon, UTC+0')).toBeVisible();
  });

  it('marks today and counts the posts of a day', async () => {
    await show();
    const today = await screen.findByRole('button', { name: 'Wednesday 18 November, 3 posts, today' });
    expect(today.closest('td')).toHaveAttribute('aria-current', 'date');
  });

  it('opens the list of a full day', async () => {
    const { user } = await show();
    await user.click(await screen.findByRole('button', { name: '3 more on Thursday 19 November' }));
    const dialog = await screen.findByRole('dialog');
    expect(within(dialog).getAllByRole('listitem')).toHaveLength(5);
    expect(within(dialog).getByRole('link', { name: 'New post on this day' })).toBeVisible();
  });

  it('keeps loading until all posts are there', async () => {
    localStorage.setItem('atelier.mock', 'many');
    resetPosts(posts().slice(0, 1200));
    await show();
    await waitFor(() => expect(screen.queryByText(/loading more/)).not.toBeInTheDocument(), {
      timeout: 4000,
    });
    expect(document.querySelectorAll('[data-post]').length).toBeLessThan(130);
  });

  it('leads a new organization to its first post', async () => {
    resetPosts([]);
    db.accounts = [];
    await show();
    expect(await screen.findByRole('heading', { name: 'Your first post is two steps away' })).toBeVisible();
    expect(screen.getByRole('link', { name: 'Connect an account' })).toHaveAttribute(
      'href',
      '/accounts?connect=true',
    );
  });

  it('says so when nothing could be loaded, and tries again', async () => {
    server.use(http.get(at('/posts'), () => problem('internal', 500, 'Something broke.'), { once: true }));
    const { user } = await show();
    await user.click(await screen.findByRole('button', { name: 'Try again' }));
    expect(await chip(/Gift vouchers/)).toBeVisible();
  });
});

describe('moving by keys', () => {
  it('lifts, carries, drops, saves and can be taken back', async () => {
    const { user } = await show();
    const link = await chip(/Gift vouchers/);
    link.focus();
    await user.keyboard('m');
    expect(screen.getByText(/^Lifted “Gift vouchers/)).toBeInTheDocument();
    await user.keyboard('{ArrowRight}{ArrowDown}');
    expect(screen.getByText('Sun 29 Nov, 09:00')).toBeInTheDocument();
    await user.keyboard('{Enter}');
    await waitFor(async () => expect(cellOf(await chip(/Gift vouchers/))).toBe('2026-11-29'));
    await waitFor(async () => expect(await chip(/Gift vouchers/)).toHaveFocus());
    const saved = posts().find(({ text }) => text.startsWith('Gift'));
    await waitFor(() => expect(saved?.schedule?.local).toBe('2026-11-29T09:00:00'));
  });

  it('leaves everything as it was after Escape', async () => {
    const { user } = await show();
    (await chip(/Gift vouchers/)).focus();
    await user.keyboard('m{ArrowRight}{Escape}');
    expect(screen.getByText('Not moved. It stays at Sat 21 Nov, 09:00.')).toBeInTheDocument();
    expect(cellOf(await chip(/Gift vouchers/))).toBe('2026-11-21');
  });

  it('does not lift what is out already', async () => {
    const { user } = await show();
    (await chip(/New in the shop/)).focus();
    await user.keyboard('m');
    expect(screen.getByText('Only posts that still wait for their time can be moved.')).toBeInTheDocument();
  });

  it('does not lift anything for who may not publish', async () => {
    const { user } = await show('/', 'viewer');
    (await chip(/Gift vouchers/)).focus();
    await user.keyboard('m');
    expect(screen.queryByRole('button', { name: 'Drop here' })).not.toBeInTheDocument();
  });

  it('walks the grid with arrow keys from one stop', async () => {
    const { user } = await show();
    const link = await chip(/Gift vouchers/);
    expect(document.querySelectorAll('[data-item][tabindex="0"]')).toHaveLength(1);
    link.focus();
    await user.keyboard('{ArrowRight}');
    expect(await chip(/Open studio/)).toHaveFocus();
    await user.keyboard('{ArrowUp}');
    expect(screen.getByRole('button', { name: /^Sunday 22 November/ })).toHaveFocus();
    expect(document.querySelectorAll('[data-item][tabindex="0"]')).toHaveLength(1);
  });
});

describe('a refused move', () => {
  it('goes back and offers the times that the server offers', async () => {
    const { user } = await show();
    (await chip(/Gift vouchers/)).focus();
    await user.keyboard('m{ArrowUp}{ArrowUp}{Enter}');
    const dialog = await screen.findByRole('dialog');
    expect(within(dialog).getByText('That time has already passed.')).toBeVisible();
    expect(cellOf(await screen.findByRole('link', { name: /Gift vouchers/, hidden: true }))).toBe(
      '2026-11-21',
    );
    await user.click(within(dialog).getByRole('button', { name: '19 Nov 2026, 09:00' }));
    await waitFor(async () => expect(cellOf(await chip(/Gift vouchers/))).toBe('2026-11-19'), {
      timeout: 3000,
    });
  });

  it('asks before moving a post that somebody changed', async () => {
    const { user } = await show();
    (await chip(/Gift vouchers/)).focus();
    const stored = posts().find(({ text }) => text.startsWith('Gift'));
    if (stored) stored.version += 1;
    await user.keyboard('m{ArrowDown}{Enter}');
    await user.click(await screen.findByRole('button', { name: 'Use the newest version and try again' }));
    await waitFor(() => expect(stored?.schedule?.local).toBe('2026-11-28T09:00:00'));
  });
});

describe('the week', () => {
  it('says which hour a day skips', async () => {
    db.org.zone = 'Europe/Berlin';
    if (db.me.org) db.me.org.zone = 'Europe/Berlin';
    await show('/?view=week&date=2026-03-29');
    expect(await screen.findByText('No 02:00 on this day: clocks go forward')).toBeVisible();
  });

  it('shows a doubled hour twice', async () => {
    db.org.zone = 'Europe/Berlin';
    if (db.me.org) db.me.org.zone = 'Europe/Berlin';
    await show('/?view=week&date=2026-10-25');
    expect(await screen.findAllByRole('rowheader', { name: /^02:00/ })).toHaveLength(2);
  });
});

describe('accounts that stop working', () => {
  it('are told in a quiet line, a day before access ends', async () => {
    const [page, bluesky, mastodon] = db.accounts;
    if (!page || !bluesky || !mastodon) throw new Error('no accounts');
    const soon = new Date(NOW.getTime() + 7 * 3_600_000).toISOString();
    const later = new Date(NOW.getTime() + 70 * 3_600_000).toISOString();
    db.accounts = [{ ...page, expires_at: later }, { ...bluesky, expires_at: soon }, mastodon];
    await show();
    const line = await screen.findByText(/access ends Wed, 18 Nov 2026, 15:00/);
    expect(line).toHaveTextContent('Bluesky @oficina-azul.bsky.social: access ends');
    expect(screen.getByText(/Mastodon @oficina@mastodon.social: permission ended/)).toBeVisible();
    expect(screen.queryByText(/Your page/)).not.toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Connect again' })).toHaveAttribute('href', '/accounts');
  });
});
