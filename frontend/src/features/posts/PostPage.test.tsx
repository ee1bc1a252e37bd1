import { screen, waitFor, within } from '@testing-library/react';
import { http } from 'msw';
import { beforeEach, describe, expect, it } from 'vitest';
import { at, problem } from '@/mocks/answers';
import { db } from '@/mocks/db';
import { accountOf } from '@/mocks/networks';
import { posts, resetPosts } from '@/mocks/posts';
import { server } from '@/mocks/server';
import { renderPage } from '@/test/render';
import PostPage from './PostPage';

beforeEach(() => resetPosts());

const stored = (text: RegExp) => {
  const found = posts().find((post) => text.test(post.text));
  if (!found) throw new Error(`no post ${text}`);
  return found;
};

/** The page with the post's id in the address, as the route gives it. */
async function show(text: RegExp, role?: 'viewer') {
  const { id } = stored(text);
  return renderPage(<PostPage />, {
    path: `/posts/${id}`,
    route: '/posts/$postId',
    role,
    namespaces: ['networks', 'posts', 'schedule'],
  });
}

const receipt = (network: string) => screen.findByRole('listitem', { name: new RegExp(`^${network}`) });

describe('receipts', () => {
  it('say when it was out, how late, and where', async () => {
    await show(/Behind the blue/);
    const bluesky = await receipt('Bluesky');
    expect(within(bluesky).getByText('0.8 s after due')).toBeVisible();
    expect(within(bluesky).getByRole('link', { name: 'Open on Bluesky' })).toHaveAttribute('href');
    expect(within(bluesky).getByText('Published', { selector: 'span' })).toBeVisible();
  });

  it('give a failure in the words of the network and send again', async () => {
    const { user } = await show(/winter timetable/);
    const mastodon = await receipt('Mastodon');
    expect(within(mastodon).getByText('The access token was revoked.', { selector: 'q' })).toBeVisible();
    expect(within(mastodon).getByRole('link', { name: 'Go to accounts' })).toBeVisible();
    expect(within(mastodon).getByText('2 attempts')).toBeVisible();
    await user.click(within(mastodon).getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(screen.getByText(/^Mastodon: (published|Publishing)/i)).toBeInTheDocument(), {
      timeout: 4000,
    });
  });

  it('explain both ways out of an uncertain one and ask before sending again', async () => {
    const { user } = await show(/Seconds sale/);
    const bluesky = await receipt('Bluesky');
    expect(within(bluesky).getByText(/nobody knows whether the post arrived/)).toBeVisible();
    expect(within(bluesky).getByRole('button', { name: 'It is there' })).toBeVisible();
    await user.click(within(bluesky).getByRole('button', { name: 'Send again' }));
    const dialog = await screen.findByRole('dialog', { name: 'Send it again?' });
    expect(within(dialog).getByText(/twice/)).toBeVisible();
    await user.click(within(dialog).getByRole('button', { name: 'Cancel' }));
    expect(stored(/Seconds sale/).endings).not.toEqual({});
  });

  it('show who had an uncertain one sent again', async () => {
    const { user } = await show(/Seconds sale/);
    await user.click(within(await receipt('Bluesky')).getByRole('button', { name: 'Send again' }));
    const dialog = await screen.findByRole('dialog', { name: 'Send it again?' });
    await user.click(within(dialog).getByRole('button', { name: 'Send again' }));
    const bluesky = await receipt('Bluesky');
    expect(await within(bluesky).findByText(/had it sent again/)).toBeVisible();
    expect(within(bluesky).queryByRole('button', { name: 'It is there' })).not.toBeInTheDocument();
  });

  it('count an uncertain one as published on the word of a person, with the address they give', async () => {
    const { user } = await show(/Seconds sale/);
    await user.click(within(await receipt('Bluesky')).getByRole('button', { name: 'It is there' }));
    const dialog = await screen.findByRole('dialog', { name: 'Is it on Bluesky?' });
    expect(within(dialog).getByText(/cannot be taken back/)).toBeVisible();
    const address = within(dialog).getByRole('textbox', { name: 'Address of the post (optional)' });
    await user.type(address, 'bsky.app/1');
    await user.click(within(dialog).getByRole('button', { name: 'It is there' }));
    expect(await within(dialog).findByText(/not the address of a post.*begins with https/)).toBeVisible();
    await user.clear(address);
    await user.type(address, 'https://bsky.app/1');
    await user.click(within(dialog).getByRole('button', { name: 'It is there' }));
    const bluesky = await receipt('Bluesky');
    expect(
      await within(bluesky).findByText(/confirmed that it is there. Bluesky itself never answered/),
    ).toBeVisible();
    const link = within(bluesky).getByRole('link', { name: 'Open on Bluesky' });
    expect(link).toHaveAttribute('href', 'https://bsky.app/1');
    expect(within(bluesky).queryByText(/after due/)).not.toBeInTheDocument();
    expect(await screen.findByText('Bluesky: Published')).toBeInTheDocument();
    expect(bluesky).toHaveFocus();
  });

  it('close the question and say why when somebody else was faster', async () => {
    const { user } = await show(/Seconds sale/);
    await user.click(within(await receipt('Bluesky')).getByRole('button', { name: 'It is there' }));
    const dialog = await screen.findByRole('dialog', { name: 'Is it on Bluesky?' });
    stored(/Seconds sale/).endings = {};
    await user.click(within(dialog).getByRole('button', { name: 'It is there' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    const bluesky = await receipt('Bluesky');
    expect(await within(bluesky).findByText('Published', { selector: 'span' })).toBeVisible();
  });

  it('say of an overdue one that it is still tried, when next, and why', async () => {
    await show(/Last call/);
    const mastodon = await receipt('Mastodon');
    expect(screen.getByRole('heading', { level: 1, name: 'Overdue post' })).toBeVisible();
    expect(within(mastodon).getByText(/^Overdue: it should have been out .* ago$/)).toBeVisible();
    expect(within(mastodon).getByText(/still trying. Next try at Mastodon: .*Lisbon/)).toBeVisible();
    expect(within(mastodon).getByText('Too many requests.', { selector: 'q' })).toBeVisible();
  });

  it('say of one that is held back why, in our words alone, and when it is tried', async () => {
    const post = stored(/Last call/);
    const held = Object.keys(post.endings).map((account) => [account, 'held'] as const);
    post.endings = Object.fromEntries(held);
    await show(/Last call/);
    const mastodon = await receipt('Mastodon');
    expect(within(mastodon).getByText(/^Mastodon is having trouble/)).toBeVisible();
    expect(within(mastodon).getByText('Next try')).toBeVisible();
    expect(within(mastodon).queryByText(/Mastodon said/)).not.toBeInTheDocument();
  });

  it('leave deciding to who may publish', async () => {
    await show(/Seconds sale/, 'viewer');
    const bluesky = await receipt('Bluesky');
    expect(within(bluesky).getByText(/An editor can look/)).toBeVisible();
    expect(within(bluesky).queryByRole('button', { name: 'Send again' })).not.toBeInTheDocument();
  });

  it('offer no action to who may only look', async () => {
    await show(/winter timetable/, 'viewer');
    const mastodon = await receipt('Mastodon');
    expect(within(mastodon).queryByRole('button', { name: 'Try again' })).not.toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'More actions' })).not.toBeInTheDocument();
  });
});

describe('actions', () => {
  it('publish now, after a question, and follow it to the end', async () => {
    const { user } = await show(/Gift vouchers/);
    await user.click(await screen.findByRole('button', { name: 'More actions' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Publish now' }));
    const dialog = await screen.findByRole('dialog');
    await user.click(within(dialog).getByRole('button', { name: 'Publish now' }));
    expect(
      await screen.findByRole('heading', { level: 1, name: 'Published post' }, { timeout: 8000 }),
    ).toBeVisible();
  }, 12_000);

  it('schedule a draft by date and time', async () => {
    const { user } = await show(/old tile oven/);
    await user.click(await screen.findByRole('button', { name: 'Schedule…' }));
    const date = await screen.findByLabelText('Date');
    await user.clear(date);
    await user.type(date, '2027-01-12');
    const time = screen.getByLabelText('Time');
    await user.clear(time);
    await user.type(time, '10:30');
    await user.click(screen.getByRole('button', { name: 'Schedule for Tue 12 Jan, 10:30' }));
    expect(await screen.findByRole('heading', { level: 1, name: 'Scheduled post' })).toBeVisible();
    expect(stored(/old tile oven/).schedule?.local).toBe('2027-01-12T10:30:00');
  });

  it('say what deleting does on the networks', async () => {
    const { user } = await show(/Behind the blue/);
    await user.click(await screen.findByRole('button', { name: 'More actions' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Delete…' }));
    expect(
      await screen.findByText(/stays there.*Take it down first.*delete it on Bluesky, Mastodon yourself/),
    ).toBeVisible();
  });
});

describe('trouble', () => {
  it('says that a post is not there', async () => {
    await renderPage(<PostPage />, {
      path: '/posts/pst_none',
      route: '/posts/$postId',
      namespaces: ['networks', 'posts', 'schedule'],
    });
    expect(await screen.findByText('Not here any more')).toBeVisible();
  });

  it('keeps showing a post that cannot be brought up to date', async () => {
    const { queries } = await show(/Behind the blue/);
    await receipt('Bluesky');
    server.use(http.get(at('/posts/:id'), () => problem('unavailable', 503, 'Busy.')));
    await queries.invalidateQueries();
    expect(await screen.findByText(/What you see may be old/)).toBeVisible();
    expect(screen.getByText(/^Behind the blue/)).toBeVisible();
  });
});

describe('what went out', () => {
  it('includes the thread, the first comment, the form and the settings', async () => {
    const post = stored(/Behind the blue/);
    const [target] = post.targets;
    if (!target) throw new Error('no target');
    post.thread = [{ text: 'And then the glaze.', media: [] }];
    post.first_comment = 'Recipe in the profile.';
    post.targets = [
      {
        ...target,
        platform: 'instagram',
        format: 'reel',
        settings: { hide_from_feed: true, collaborators: ['ana', 'rui'], ai_generated: false },
        thread: [],
        first_comment: 'Only here.',
      },
      ...post.targets.slice(1),
    ];
    await show(/Behind the blue/);
    const thread = await screen.findByRole('list', { name: 'Thread' });
    expect(within(thread).getByText('And then the glaze.')).toBeVisible();
    expect(screen.getByText('Recipe in the profile.')).toBeVisible();
    expect(screen.getByText('Only here.')).toBeVisible();
    expect(screen.getByText('Without the further parts')).toBeVisible();
    expect(screen.getByText('Reel')).toBeVisible();
    expect(screen.getByText('ana · rui')).toBeVisible();
    expect(screen.queryByText('Made with AI')).not.toBeInTheDocument();
  });

  it('names a board as its network does', async () => {
    const post = stored(/Behind the blue/);
    const [target] = post.targets;
    if (!target) throw new Error('no target');
    const account = accountOf('pinterest');
    db.accounts = [...db.accounts, account];
    const settings = { board: '1' };
    post.targets = [{ ...target, account_id: account.id, platform: 'pinterest', settings }];
    await show(/Behind the blue/);
    expect(await screen.findByText('Glazes')).toBeVisible();
  });
});
