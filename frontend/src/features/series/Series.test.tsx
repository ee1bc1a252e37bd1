import { screen, waitFor, within } from '@testing-library/react';
import { http } from 'msw';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Occurrence, Series } from '@/api/types';
import { at, problem } from '@/mocks/answers';
import { resetSeries } from '@/mocks/series';
import { server } from '@/mocks/server';
import { renderPage } from '@/test/render';
import SeriesDetailPage from './SeriesDetailPage';
import SeriesPage from './SeriesPage';

const namespaces = ['series'];
const list = (options = {}) => renderPage(<SeriesPage />, { path: '/series', namespaces, ...options });

/** The weekly one of the mocked API, by its address. */
async function first(options = {}) {
  const { unmount } = await list();
  const link = await screen.findByRole('link', { name: /Open studio today/ });
  const path = link.getAttribute('href') ?? '';
  unmount();
  return renderPage(<SeriesDetailPage />, { path, route: '/series/$seriesId', namespaces, ...options });
}

beforeEach(() => resetSeries());

describe('the list', () => {
  it('says how each repeats, when next and what was missed', async () => {
    await list();
    const rows = await screen
      .findAllByRole('listitem')
      .then((items) => items.filter((item) => item.querySelector('a')));
    expect(rows[0]).toHaveTextContent('Every Monday and Thursday at 09:00, Lisbon time');
    expect(rows[0]).toHaveTextContent(/Next: .*09:00 Lisbon/);
    expect(rows[0]).toHaveTextContent('2 missed');
    expect(rows[1]).toHaveTextContent('Every month on day 31 at 09:00, Lisbon time, 12 times');
    expect(rows[1]).toHaveTextContent('Nothing goes out until it is resumed');
  });

  it('says what belongs here, and offers it only to who may', async () => {
    resetSeries([]);
    const { unmount } = await list();
    expect(await screen.findByRole('link', { name: 'Write a post that repeats' })).toBeInTheDocument();
    unmount();
    await list({ role: 'author' });
    expect(await screen.findByText('Nothing repeats yet')).toBeInTheDocument();
    expect(screen.queryByRole('link', { name: 'Write a post that repeats' })).not.toBeInTheDocument();
  });

  it('can be asked again when it did not come', async () => {
    server.use(http.get(at('/series'), () => problem('unavailable', 503, 'Busy.'), { once: true }));
    const { user } = await list();
    await user.click(await screen.findByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('link', { name: /Open studio today/ })).toBeInTheDocument();
  });
});

describe('one series', () => {
  it('shows what comes and what was missed', async () => {
    await first();
    const coming = await screen.findByRole('list', { name: 'Coming up' });
    expect(within(coming).getAllByRole('listitem')).toHaveLength(10);
    expect(screen.getByText('Found more than an hour late')).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Open the post' })).toBeInTheDocument();
  });

  it('is paused, resumed and stopped', async () => {
    const { user, router } = await first();
    await user.click(await screen.findByRole('button', { name: 'Pause' }));
    expect(await screen.findByText('If you resume it')).toBeInTheDocument();
    expect(screen.queryByText('Next post')).not.toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Resume' }));
    expect(await screen.findByText('Next post')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Stop for good' }));
    await user.click(await screen.findByRole('button', { name: 'Stop the series' }));
    await waitFor(() => expect(router.state.location.pathname).toBe('/series'));
  });

  it('leads to where it is edited', async () => {
    await first();
    const edit = await screen.findByRole('link', { name: 'Edit' });
    expect(edit).toHaveAttribute('href', expect.stringMatching(/^\/series\/ser_.*\/edit$/));
  });

  it('shows to an author without anything to press', async () => {
    await first({ role: 'author' });
    await screen.findByText('Coming up');
    for (const name of ['Pause', 'Stop for good']) {
      expect(screen.queryByRole('button', { name })).not.toBeInTheDocument();
    }
    expect(screen.queryByRole('link', { name: 'Edit' })).not.toBeInTheDocument();
  });

  it('tells when a change of clocks moves a date', async () => {
    const { queries } = await first();
    await screen.findByText('Coming up');
    const shifted = {
      number: 9,
      wanted: '2027-03-28T01:30:00',
      schedule: { local: '2027-03-28T02:00:00', zone: 'Europe/Lisbon', at: '2027-03-28T01:00:00Z' },
      shift: 'skipped',
    };
    queries.setQueriesData<Series>(
      { queryKey: ['get', '/api/series/{id}'] },
      (series) => series && { ...series, upcoming: [shifted as Occurrence] },
    );
    expect(await screen.findByText('Clocks go forward over 01:30: it goes out at 02:00')).toBeInTheDocument();
  });
});
