import { screen, waitFor, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Post } from '@/api/types';
import { at, json, problem } from '@/mocks/answers';
import { db } from '@/mocks/db';
import { resetPosts } from '@/mocks/posts';
import { server } from '@/mocks/server';
import { expectAccessible } from '@/test/axe';
import { renderPage } from '@/test/render';
import { Composer } from './Composer';
import ComposerPage from './ComposerPage';
import { blank, fromPost } from './composition';

const namespaces = ['composer', 'media', 'networks', 'schedule', 'series'];
const open = (options = {}) => renderPage(<ComposerPage />, { path: '/posts/new', namespaces, ...options });
const text = () => screen.findByLabelText('Text for all accounts');
const soon = { local: '2098-11-24T09:00', zone: 'Europe/Lisbon' };

const draft: Post = {
  id: 'pst_1',
  version: 3,
  revision: 1,
  status: 'draft',
  text: 'Kiln day',
  media: [],
  thread: [],
  first_comment: null,
  targets: [
    {
      account_id: db.accounts[0]?.id ?? '',
      platform: 'page',
      text: null,
      media: null,
      thread: null,
      first_comment: null,
      format: 'post',
      settings: {},
      cover: null,
      subtitles: [],
    },
  ],
  files: [],
  schedule: null,
  deliveries: [],
  series: null,
  slot: null,
  created_by: 'usr_1',
  created_at: '2026-11-21T09:00:00Z',
  updated_at: '2026-11-21T09:00:00Z',
};

const edit = (more: Partial<Parameters<typeof Composer>[0]> = {}) =>
  renderPage(
    <Composer
      start={{ post: draft, accounts: db.accounts, composition: fromPost(draft), when: soon }}
      given={null}
      {...more}
    />,
    { namespaces },
  );

beforeEach(() => resetPosts());

describe('writing', () => {
  it('begins with the own page chosen and counts while typing', async () => {
    const { user } = await open();
    await user.type(await text(), 'Kiln day 👩‍👩‍👧‍👦');
    expect(screen.getByRole('checkbox', { name: /Your page/ })).toBeChecked();
    await user.click(screen.getByRole('checkbox', { name: /Bluesky/ }));
    expect(screen.getByText(/Bluesky: 10 of 300 characters, 290 left/)).toBeInTheDocument();
  });

  it('lets one account differ, and go back', async () => {
    const { user } = await open();
    await user.type(await text(), 'Kiln day');
    await user.click(screen.getByRole('checkbox', { name: /Bluesky/ }));
    await user.click(screen.getByRole('tab', { name: 'Bluesky' }));
    await user.click(screen.getByRole('button', { name: 'Write differently for Bluesky' }));
    await user.type(screen.getByLabelText('Text for Bluesky'), '!');
    await user.click(screen.getByRole('tab', { name: 'All accounts' }));
    expect(await text()).toHaveValue('Kiln day');
    await user.click(screen.getByRole('tab', { name: 'Bluesky, has its own text' }));
    expect(screen.getByLabelText('Text for Bluesky')).toHaveValue('Kiln day!');
    await user.click(screen.getByRole('button', { name: 'Use the shared text again' }));
    expect(screen.getByLabelText('Text for Bluesky')).toHaveValue('Kiln day');
  });

  it('shows what the dry run says, with the way out', async () => {
    const { user } = await open();
    await user.click(await screen.findByRole('checkbox', { name: /Bluesky/ }));
    await user.click(await text());
    await user.paste('x'.repeat(301));
    expect(screen.getByText('1 too many')).toBeInTheDocument();
    const list = await screen.findByRole('list', { name: 'What the networks would say' }, { timeout: 3000 });
    expect(within(list).getByRole('button', { name: 'Write differently for Bluesky' })).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: /^Schedule for/ }));
    expect(await screen.findByRole('alert')).toHaveTextContent('Not yet: this needs fixing first');
  });

  it('offers an author only a draft, and says why', async () => {
    await open({ role: 'author' });
    await text();
    expect(screen.getByRole('button', { name: 'Save draft' })).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: /Schedule|Publish/ })).not.toBeInTheDocument();
    expect(screen.getByText(/As an author you save drafts/)).toBeInTheDocument();
  });

  it('tells a viewer that this is not for them', async () => {
    await open({ role: 'viewer' });
    expect(await screen.findByText('Your role can read posts')).toBeInTheDocument();
  });

  it('leads to an account when there is none', async () => {
    db.accounts = [];
    const { user } = await open();
    await user.click(await screen.findByRole('button', { name: 'Set up your page' }));
    expect(await text()).toBeInTheDocument();
  });
});

describe('unsent words', () => {
  it('are back after a reload, and can be discarded', async () => {
    const first = await open();
    await first.user.type(await text(), 'Do not lose me');
    first.unmount();
    const { user } = await open();
    expect(await text()).toHaveValue('Do not lose me');
    expect(screen.getByText(/You have an unsent draft from/)).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Discard' }));
    await user.click(await screen.findByRole('button', { name: 'Discard it' }));
    expect(await text()).toHaveValue('');
  });

  it('stay when saving fails, and the same try makes no second post', async () => {
    const keys: (string | null)[] = [];
    server.use(
      http.post(
        at('/posts'),
        ({ request }) => {
          keys.push(request.headers.get('Idempotency-Key'));
          return HttpResponse.error();
        },
        { once: true },
      ),
      http.post(at('/posts'), ({ request }) => {
        keys.push(request.headers.get('Idempotency-Key'));
        return json(draft, 201);
      }),
    );
    const { user, router } = await open();
    await user.type(await text(), 'Kiln day');
    await user.click(screen.getByRole('button', { name: 'Save draft' }));
    expect(await screen.findByText('Not saved. Your text is kept on this device.')).toBeInTheDocument();
    expect(await text()).toHaveValue('Kiln day');
    await user.click(screen.getByRole('button', { name: 'Save draft' }));
    await waitFor(() => expect(router.state.location.pathname).toBe('/posts/pst_1/edit'));
    expect(keys[0]).toBeTruthy();
    expect(keys[1]).toBe(keys[0]);
  });
});

describe('sending', () => {
  it('creates and schedules, then shows the post', async () => {
    const { user, router } = await open({ path: '/posts/new?on=2098-11-24' });
    await user.type(await text(), 'Kiln day');
    await user.click(screen.getByRole('button', { name: 'Tomorrow 9:00' }));
    await user.click(screen.getByRole('button', { name: /^Schedule for \w+ 9:00/ }));
    await waitFor(() => expect(router.state.location.pathname).toMatch(/^\/posts\/pst_[^/]+$/));
    expect(Object.keys(localStorage).filter((key) => key.startsWith('atelier.draft'))).toEqual([]);
  });

  it('goes on at the post when it was saved but not scheduled', async () => {
    server.use(
      http.post(at('/posts/:id/schedule'), () => problem('unavailable', 503, 'The scheduler is away.')),
    );
    const { user, router } = await open();
    await user.type(await text(), 'Kiln day');
    await user.click(screen.getByRole('button', { name: /^Schedule for/ }));
    await waitFor(() => expect(router.state.location.pathname).toMatch(/\/edit$/));
    expect(router.state.location.state).toMatchObject({
      handover: { problem: { detail: 'The scheduler is away.' } },
    });
  });

  it('asks before it publishes', async () => {
    const { user, router } = await open();
    await user.type(await text(), 'Kiln day');
    await user.click(screen.getByRole('button', { name: 'Publish now' }));
    const dialog = await screen.findByRole('dialog', { name: 'Publish now to 1 account?' });
    await user.click(within(dialog).getByRole('button', { name: 'Publish now' }));
    await waitFor(() => expect(router.state.location.pathname).toMatch(/^\/posts\/pst_[^/]+$/));
  });

  it('does not ask whether to publish what cannot go out, and says why', async () => {
    const { user } = await open();
    await user.click(await screen.findByRole('checkbox', { name: /Your page/ }));
    await user.type(await text(), 'Kiln day');
    await user.click(screen.getByRole('button', { name: 'Publish now' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('No account is chosen.');
    expect(screen.queryByRole('dialog', { name: /^Publish now to/ })).not.toBeInTheDocument();
  });

  it('shows the times that the server offers and sends the chosen one', async () => {
    const asked: unknown[] = [];
    const choice = {
      ...soon,
      label: 'Mon 24 Nov 2098, 10:00',
      at: '2098-11-24T10:00:00Z',
      local: '2098-11-24T10:00',
    };
    server.use(
      http.put(at('/posts/:id'), () => json({ ...draft, version: 4 })),
      http.post(at('/posts/:id/schedule'), async ({ request }) => {
        asked.push(await request.json());
        return json({ ...draft, version: 5, status: 'scheduled', schedule: choice });
      }),
    );
    const given = {
      type: 'time-in-gap',
      status: 422,
      title: '',
      detail: 'That time does not exist.',
      choices: [choice],
    };
    const { user, router } = await edit({ problem: given });
    await user.click(await screen.findByRole('button', { name: choice.label }));
    await waitFor(() => expect(router.state.location.pathname).toBe('/posts/pst_1'));
    expect(asked).toEqual([{ local: '2098-11-24T10:00', zone: 'Europe/Lisbon' }]);
  });

  it('offers both passings of a doubled time before anything is sent', async () => {
    const when = { local: '2098-10-26T01:30', zone: 'Europe/Lisbon' };
    const { user } = await edit({
      start: { post: null, accounts: db.accounts, composition: { ...blank(), text: 'x' }, when },
    });
    const [first] = await screen.findAllByRole('button', { name: /26 Oct 2098, 01:30 \(UTC\+1\)/ });
    if (!first) throw new Error('no choice');
    await user.click(first);
    expect(screen.getByRole('button', { name: 'Schedule for Sun 26 Oct 2098, 1:30' })).toBeInTheDocument();
  });
});

describe('somebody else’s change', () => {
  it('is shown beside the own one, which can be saved over it', async () => {
    const versions: (string | null)[] = [];
    const theirs = {
      ...draft,
      version: 7,
      text: 'Kiln day is off',
      first_comment: 'Sorry.',
      targets: [],
      schedule: { ...soon, local: '2098-11-24T09:00:00', at: '2098-11-24T09:00:00Z' },
    };
    server.use(
      http.put(at('/posts/:id'), ({ request }) => {
        versions.push(request.headers.get('If-Match'));
        if (versions.length === 1) return problem('stale-version', 412, 'Changed meanwhile.');
        return json({ ...theirs, version: 8 });
      }),
      http.get(at('/posts/:id'), () => json(theirs)),
    );
    const { user } = await edit();
    await user.type(await text(), '!');
    await user.click(screen.getByRole('button', { name: 'Save draft' }));
    const dialog = await screen.findByRole('dialog', { name: 'Somebody changed this post meanwhile' });
    expect(within(dialog).getByText('Kiln day!')).toBeInTheDocument();
    expect(within(dialog).getByText('Kiln day is off')).toBeInTheDocument();
    const differing = within(within(dialog).getByRole('table', { name: 'What else differs' }));
    const rows = differing.getAllByRole('row').map((row) => row.textContent);
    expect(rows.slice(1)).toEqual([
      'Accountsalso Your pageno others',
      expect.stringMatching(/^Timenot changed by saving yours.*24 Nov 2098, 09:00 Lisbon$/),
      'First commentnone“Sorry.”',
    ]);
    await expectAccessible(dialog);
    await user.click(within(dialog).getByRole('button', { name: 'Save mine over it' }));
    await waitFor(() => expect(versions).toEqual(['"3"', '"7"']));
  });
});

describe('when it goes out', () => {
  const choose = async (name: string, user: Awaited<ReturnType<typeof open>>['user']) => {
    const group = await screen.findByRole('radiogroup', { name: 'When it goes out' });
    await user.click(within(group).getByRole('radio', { name }));
  };

  it('can be the next free slot', async () => {
    const { user, router } = await open();
    await user.type(await text(), 'Kiln day');
    await choose('Next free slot', user);
    expect(await screen.findByText(/^Next free: .* in Lisbon$/)).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Queue for the next free slot' }));
    await waitFor(() => expect(router.state.location.pathname).toMatch(/^\/posts\/pst_/));
  });

  it('says where slots are set when there are none', async () => {
    const { user } = await open();
    await user.click(await screen.findByRole('checkbox', { name: /Bluesky/ }));
    await user.click(await screen.findByRole('checkbox', { name: /Your page/ }));
    await user.type(await text(), 'Kiln day');
    await choose('Next free slot', user);
    expect(await screen.findByRole('link', { name: 'Set them' })).toHaveAttribute('href', '/accounts');
    await user.click(screen.getByRole('button', { name: 'Queue for the next free slot' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('Choose an account with slots.');
  });

  it('can be again and again', async () => {
    const { user, router } = await open();
    await user.type(await text(), 'Kiln day');
    await choose('Repeat', user);
    const dates = await screen.findByRole('list', { name: 'The next dates' });
    expect(within(dates).getAllByRole('listitem')).toHaveLength(5);
    await user.click(screen.getByRole('button', { name: 'Start repeating' }));
    await waitFor(() => expect(router.state.location.pathname).toMatch(/^\/series\/ser_/));
  });

  it('shows what is wrong with a rule where it is chosen', async () => {
    const { user } = await open();
    await choose('Repeat', user);
    const pressed = screen.getAllByRole('button', { pressed: true });
    for (const day of pressed) await user.click(day);
    expect((await screen.findAllByText(/No day is chosen/)).length).toBeGreaterThan(0);
  });

  it('can be now', async () => {
    const { user } = await open();
    await user.type(await text(), 'Kiln day');
    await choose('Now', user);
    await user.click(screen.getByRole('button', { name: 'Publish now' }));
    expect(await screen.findByRole('dialog', { name: 'Publish now to 1 account?' })).toBeInTheDocument();
  });
});
