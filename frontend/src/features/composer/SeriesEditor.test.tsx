import { screen, waitFor, within } from '@testing-library/react';
import { http } from 'msw';
import { beforeEach, describe, expect, it } from 'vitest';
import { client } from '@/api/client';
import { at, broken, problem } from '@/mocks/answers';
import { resetSeries } from '@/mocks/series';
import { server } from '@/mocks/server';
import { renderPage } from '@/test/render';
import SeriesEditor from './SeriesEditor';

const namespaces = ['composer', 'media', 'networks', 'schedule', 'series'];

async function open(options = {}) {
  const { data } = await client.GET('/api/series');
  const path = `/series/${data?.items[0]?.id}/edit`;
  return renderPage(<SeriesEditor />, { path, route: '/series/$seriesId/edit', namespaces, ...options });
}

const save = () => screen.findByRole('button', { name: 'Save for all posts to come' });

beforeEach(() => resetSeries());

describe('a series', () => {
  it('is changed for all posts to come', async () => {
    const { user, router } = await open();
    const text = await screen.findByLabelText('Text for all accounts');
    await user.clear(text);
    await user.type(text, 'Closed in August');
    await user.click(screen.getByRole('radio', { name: 'By day' }));
    expect(screen.getByText('Every day at 09:00, Lisbon time')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: /Publish now|Save draft/ })).not.toBeInTheDocument();
    await user.click(await save());
    await waitFor(() => expect(router.state.location.pathname).toMatch(/^\/series\/ser_[^/]+$/));
    const { data } = await client.GET('/api/series');
    expect(data?.items[0]).toMatchObject({
      excerpt: 'Closed in August',
      rule: { frequency: { kind: 'daily' } },
    });
  });

  it('shows the dates of the rule as it is', async () => {
    await open();
    const dates = await screen.findByRole('list', { name: 'The next dates' });
    expect(within(dates).getAllByRole('listitem')).toHaveLength(5);
    expect(screen.getByText('Every Monday and Thursday at 09:00, Lisbon time')).toBeInTheDocument();
  });

  it('keeps what was written when somebody else was faster or it is refused', async () => {
    const { user } = await open();
    await user.type(await screen.findByLabelText('Text for all accounts'), '!');
    server.use(
      http.put(at('/series/:id'), () => problem('stale-version', 412, 'Somebody changed it.'), {
        once: true,
      }),
    );
    await user.click(await save());
    expect(await screen.findByText('Somebody changed it.')).toBeInTheDocument();
    const errors = [{ pointer: '/content/text', detail: 'The text is too long.', fix: 'Shorten it.' }];
    server.use(http.put(at('/series/:id'), () => broken(errors), { once: true }));
    await user.click(await save());
    expect(await screen.findByText(/Some fields need attention|The text is too long/)).toBeInTheDocument();
    expect(screen.getByLabelText('Text for all accounts')).toHaveValue(
      'Open studio today, ten to ten. The kettle is on and the clay is soft.!',
    );
  });

  it('is not for authors', async () => {
    await open({ role: 'author' });
    expect(await screen.findByText('Editors change series')).toBeInTheDocument();
  });
});
