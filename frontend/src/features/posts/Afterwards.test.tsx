import { screen, waitFor, within } from '@testing-library/react';
import { http } from 'msw';
import { beforeEach, describe, expect, it } from 'vitest';
import { at, json, problem } from '@/mocks/answers';
import { db } from '@/mocks/db';
import { posts, resetPosts } from '@/mocks/posts';
import { server } from '@/mocks/server';
import { expectAccessible } from '@/test/axe';
import { renderPage } from '@/test/render';
import PostPage from './PostPage';

beforeEach(() => resetPosts());

const stored = () => {
  const found = posts().find((post) => /Behind the blue/.test(post.text));
  if (!found) throw new Error('no such post');
  return found;
};

function show(role?: 'viewer') {
  return renderPage(<PostPage />, {
    path: `/posts/${stored().id}`,
    route: '/posts/$postId',
    role,
    namespaces: ['networks', 'posts', 'schedule'],
  });
}

const receipt = (network: string) => screen.findByRole('listitem', { name: new RegExp(`^${network}`) });

describe('taking down', () => {
  it('asks first, says what goes with it, and shows who did it when', async () => {
    const { user, container } = await show();
    await user.click(await within(await receipt('Bluesky')).findByRole('button', { name: 'Take down…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Take it down from Bluesky?' });
    expect(
      within(dialog).getByText(
        /deleted from @oficina-azul.bsky.social, with a thread.*Reactions and comments/,
      ),
    ).toBeVisible();
    expect(within(dialog).getByText(/cannot be undone/)).toBeVisible();
    await waitFor(() => expect(within(dialog).getByRole('button', { name: 'Cancel' })).toHaveFocus());
    await user.click(within(dialog).getByRole('button', { name: 'Take down' }));
    const bluesky = await receipt('Bluesky');
    expect(
      await within(bluesky).findByText(/Inês Carvalho took it down.*no longer on Bluesky/),
    ).toBeVisible();
    expect(within(bluesky).getByText('Taken down', { selector: 'span' })).toBeVisible();
    expect(within(bluesky).queryByRole('link')).not.toBeInTheDocument();
    expect(within(bluesky).queryByRole('button', { name: 'Take down…' })).not.toBeInTheDocument();
    expect(within(bluesky).queryByText('Figures')).not.toBeInTheDocument();
    await waitFor(() => expect(bluesky).toHaveFocus());
    const mastodon = await receipt('Mastodon');
    expect(within(mastodon).getByRole('button', { name: 'Take down…' })).toBeVisible();
    await expectAccessible(container);
  });

  it('says that a comment which the network never named is looked for, and after that it may be left', async () => {
    const bluesky = stored().deliveries.find(({ platform }) => platform === 'bluesky');
    Object.assign(bluesky ?? {}, { shortfalls: [{ what: 'first_comment', reason: null }] });
    const { user, container } = await show();
    await user.click(await within(await receipt('Bluesky')).findByRole('button', { name: 'Take down…' }));
    const dialog = await screen.findByRole('dialog');
    expect(
      within(dialog).getByText(/looked for and deleted too.*If Bluesky cannot be searched/),
    ).toBeVisible();
    await user.click(within(dialog).getByRole('button', { name: 'Take down' }));
    expect(
      await within(await receipt('Bluesky')).findByText(/may still be on Bluesky, as a post of its own/),
    ).toBeVisible();
    await expectAccessible(container);
    await user.click(await within(await receipt('Mastodon')).findByRole('button', { name: 'Take down…' }));
    expect(within(await screen.findByRole('dialog')).queryByText(/looked for/)).not.toBeInTheDocument();
  });

  it('says of the own page what becomes of feeds', async () => {
    const { user } = await show();
    await user.click(await within(await receipt('Your page')).findByRole('button', { name: 'Take down…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Take it down from your page?' });
    expect(within(dialog).getByText(/its feeds/)).toBeVisible();
    await user.click(within(dialog).getByRole('button', { name: 'Cancel' }));
    expect(stored().deliveries.every((each) => each.taken_down === null)).toBe(true);
  });

  it('keeps everything as it is when the network does not let go', async () => {
    const detail = 'The network does not answer. Try again in a minute.';
    server.use(
      http.post(at('/accounts/:id/posts/:post/take-down'), () => problem('unavailable', 503, detail)),
    );
    const { user } = await show();
    await user.click(await within(await receipt('Bluesky')).findByRole('button', { name: 'Take down…' }));
    const dialog = await screen.findByRole('dialog');
    await user.click(within(dialog).getByRole('button', { name: 'Take down' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    const bluesky = await receipt('Bluesky');
    const ask = within(bluesky).getByRole('button', { name: 'Take down…' });
    await waitFor(() => expect(ask).not.toHaveAttribute('data-loading'));
    expect(within(bluesky).getByText('Published', { selector: 'span' })).toBeVisible();
    expect(within(bluesky).getByRole('link', { name: 'Open on Bluesky' })).toBeVisible();
  });

  it('is offered only where the network, the connection and the role allow it', async () => {
    const named = (platform: string) => db.accounts.find((each) => each.platform === platform);
    Object.assign(named('bluesky') ?? {}, { can_take_down: false });
    Object.assign(named('mastodon') ?? {}, { status: 'disconnected' });
    const { unmount } = await show();
    expect(await screen.findAllByRole('button', { name: 'Take down…' })).toHaveLength(1);
    unmount();
    await show('viewer');
    await within(await receipt('Mastodon')).findByText(/^@/);
    expect(screen.queryByRole('button', { name: 'Take down…' })).not.toBeInTheDocument();
  });
});

describe('what is missing beside a post that is out', () => {
  it('is told with the reason, or as a question, and what to do', async () => {
    const [first, second] = stored().deliveries.filter(({ platform }) => platform !== 'page');
    Object.assign(first ?? {}, { shortfalls: [{ what: 'first_comment', reason: 'Too many links' }] });
    const lacks = { what: 'subtitles', reason: null };
    Object.assign(second ?? {}, {
      shortfalls: [
        { what: 'first_comment', reason: null, language: null },
        { ...lacks, language: 'pt-BR' },
        { ...lacks, language: 'x-none' },
      ],
    });
    const { container } = await show('viewer');
    expect(await screen.findByText(/out without its first comment\. Add it on .* yourself/)).toBeVisible();
    expect(screen.getByText('Too many links')).toBeVisible();
    expect(screen.getByText(/first comment may be missing/)).toBeVisible();
    expect(screen.getByText(/subtitles \(Brazilian Portuguese\) may be missing/)).toBeVisible();
    expect(screen.getByText(/subtitles \(x-none\) may be missing/)).toBeVisible();
    await expectAccessible(container);
  });
});

describe('figures', () => {
  it('are asked for when they are opened, and say of when they are', async () => {
    let asked = 0;
    const told = {
      views: 12_480,
      reach: null,
      likes: 316,
      comments: 24,
      shares: 0,
      saves: null,
      clicks: null,
    };
    server.use(
      http.get(at('/accounts/:id/posts/:post/insights'), () => {
        asked += 1;
        return json({ figures: told, as_of: new Date().toISOString() });
      }),
    );
    const { user, container } = await show('viewer');
    const bluesky = await receipt('Bluesky');
    expect(asked).toBe(0);
    await user.click(await within(bluesky).findByText('Figures'));
    expect(await within(bluesky).findByText('12,480')).toBeVisible();
    expect(within(bluesky).getByText('Reactions')).toBeVisible();
    expect(within(bluesky).queryByText('Link clicks')).not.toBeInTheDocument();
    expect(within(bluesky).getByText(/^As of/)).toBeVisible();
    expect(asked).toBe(1);
    await expectAccessible(container);
    await user.click(within(bluesky).getByRole('button', { name: 'Ask again' }));
    await waitFor(() => expect(asked).toBe(2));
    expect(within(await receipt('Your page')).queryByText('Figures')).not.toBeInTheDocument();
  });

  it('say when there are none', async () => {
    const nothing = {
      views: null,
      reach: null,
      likes: null,
      comments: null,
      shares: null,
      saves: null,
      clicks: null,
    };
    const answer = { figures: nothing, as_of: new Date().toISOString() };
    server.use(http.get(at('/accounts/:id/posts/:post/insights'), () => json(answer)));
    const { user } = await show();
    const bluesky = await receipt('Bluesky');
    await user.click(await within(bluesky).findByText('Figures'));
    expect(await within(bluesky).findByText('Bluesky has counted nothing yet.')).toBeVisible();
  });

  it('say why the network does not tell them, and can be asked for again', async () => {
    const detail = 'X says Forbidden. Connect the account again.';
    server.use(
      http.get(at('/accounts/:id/posts/:post/insights'), () => problem('conflict', 409, detail), {
        once: true,
      }),
    );
    const { user } = await show();
    const bluesky = await receipt('Bluesky');
    await user.click(await within(bluesky).findByText('Figures'));
    expect(await within(bluesky).findByRole('alert')).toHaveTextContent(detail);
    await user.click(within(bluesky).getByRole('button', { name: /again/i }));
    expect(await within(bluesky).findByText('316')).toBeVisible();
  });
});
