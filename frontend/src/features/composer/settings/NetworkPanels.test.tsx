import { screen, within } from '@testing-library/react';
import { http } from 'msw';
import { useState } from 'react';
import { describe, expect, it } from 'vitest';
import type { Account, Platform } from '@/api/types';
import { at, json, problem } from '@/mocks/answers';
import { db } from '@/mocks/db';
import { library } from '@/mocks/media';
import { accountOf, networksDb } from '@/mocks/networks';
import { server } from '@/mocks/server';
import { expectAccessible } from '@/test/axe';
import { renderPage } from '@/test/render';
import { blank, type Composition, type Place, toInput } from '../composition';
import { findings } from '../findings';
import NetworkPanels from './NetworkPanels';

type Problems = Parameters<typeof findings>[0];

/** The panels of one account, with what is being written kept where the test can see it. */
async function show(
  platform: Platform,
  more: Partial<Composition> = {},
  problems: Problems = [],
  place: Place = accountOf(platform).id,
  own: Partial<Account> = {},
) {
  const account: Account = accountOf(platform, own);
  db.accounts = [account];
  const seen: { now: Composition } = { now: { ...blank([account.id]), ...more } };
  function Held() {
    const [composition, setComposition] = useState(seen.now);
    seen.now = composition;
    return (
      <NetworkPanels
        composition={composition}
        accounts={[account]}
        place={place}
        onChange={setComposition}
        findings={findings(problems, toInput(composition, [account]))}
      />
    );
  }
  const view = await renderPage(<Held />, { namespaces: ['composer', 'networks', 'media'] });
  const target = () => toInput(seen.now, [account]).targets[0];
  return { ...view, target, account };
}

const video = () => library.files.find(({ type }) => type.startsWith('video/'))?.id ?? '';
const photo = () => library.files.find(({ type }) => type.startsWith('image/'))?.id ?? '';

describe('settings of a network', () => {
  it('are sent as they are chosen, and the network’s own choice is not', async () => {
    const { user, target } = await show('x');
    await user.click(await screen.findByRole('combobox', { name: 'Who can answer' }));
    await user.click(await screen.findByRole('option', { name: 'Accounts you follow' }));
    expect(target()?.settings).toEqual({ reply_settings: 'following' });
    await user.click(screen.getByRole('combobox', { name: 'Who can answer' }));
    await user.click(await screen.findByRole('option', { name: 'Everybody' }));
    expect(target()?.settings).toEqual({});
    await user.click(screen.getByRole('checkbox', { name: 'Made with AI' }));
    expect(target()?.settings).toEqual({ ai_generated: true });
    await expectAccessible();
  });

  it('make a poll, whose details come with it and whose empty answers are not sent', async () => {
    const { user, target } = await show('x');
    expect(screen.queryByRole('combobox', { name: 'The poll is open for' })).not.toBeInTheDocument();
    await user.click(await screen.findByRole('button', { name: 'Add a poll' }));
    await user.type(screen.getByRole('textbox', { name: 'Answer 1' }), 'Blue');
    await user.type(screen.getByRole('textbox', { name: 'Answer 2' }), 'Ochre');
    await user.click(screen.getByRole('button', { name: 'Add answer' }));
    expect(target()?.settings).toEqual({ poll: ['Blue', 'Ochre'] });
    expect(screen.getByRole('combobox', { name: 'The poll is open for' })).toHaveValue('1 day');
    await user.click(screen.getByRole('button', { name: 'No poll' }));
    expect(target()?.settings).toEqual({});
  });

  it('have no answer beforehand where a person has to give one', async () => {
    const { user, target } = await show('youtube');
    expect(screen.getByText(/still needs: Title, Made for children/)).toBeInTheDocument();
    await user.type(await screen.findByRole('textbox', { name: 'Title' }), 'Kiln day');
    await user.click(screen.getByRole('combobox', { name: 'Made for children' }));
    await user.click(await screen.findByRole('option', { name: 'No, not made for children' }));
    expect(target()?.settings).toEqual({ made_for_kids: 'no', title: 'Kiln day' });
    expect(screen.queryByText(/still needs/)).not.toBeInTheDocument();
    expect(screen.getByText('96 of 100 posts that the network allows in 24 hours are used.')).toBeVisible();
  });

  it('say what is wrong at the field it is about', async () => {
    await show('pinterest', {}, [
      {
        pointer: '/targets/0/settings/board',
        code: 'setting-missing',
        severity: 'error',
        detail: 'No board is chosen.',
        fix: 'Choose one.',
      },
    ]);
    const field = await screen.findByRole('combobox', { name: 'Board' });
    expect(field).toHaveAccessibleDescription('No board is chosen. Choose one.');
    await expectAccessible();
  });
});

describe('LinkedIn', () => {
  it('offers connections to people, who have some', async () => {
    const { user } = await show('linkedin');
    await user.click(await screen.findByRole('combobox', { name: 'Who can see it' }));
    expect(await screen.findByRole('option', { name: 'Connections only' })).toBeInTheDocument();
  });

  it('does not offer an organization what only people have', async () => {
    const limits = { barred: { visibility: ['connections'] } };
    const { user } = await show('linkedin', {}, [], 'acc_linkedin', { limits });
    await user.click(await screen.findByRole('combobox', { name: 'Who can see it' }));
    expect(await screen.findByRole('option', { name: 'Everybody who is signed in' })).toBeInTheDocument();
    expect(screen.queryByRole('option', { name: 'Connections only' })).not.toBeInTheDocument();
  });

  it('does not ask where nothing is left to choose', async () => {
    const limits = { barred: { visibility: ['connections', 'logged_in'] } };
    await show('linkedin', {}, [], 'acc_linkedin', { limits });
    expect(await screen.findByRole('heading', { name: /LinkedIn/ })).toBeVisible();
    expect(screen.queryByRole('combobox', { name: 'Who can see it' })).not.toBeInTheDocument();
  });
});

describe('a detail of something', () => {
  it('is asked for beside a film only', async () => {
    const { user, target } = await show('facebook', { media: [video()] });
    await user.type(await screen.findByRole('textbox', { name: 'Title of the video' }), 'Sawing');
    expect(target()?.settings).toEqual({ video_title: 'Sawing' });
    await expectAccessible();
  });

  it('is not asked for without one', async () => {
    await show('facebook', { media: [photo()] });
    expect(await screen.findByRole('textbox', { name: 'Link' })).toBeVisible();
    expect(screen.queryByRole('textbox', { name: 'Title of the video' })).not.toBeInTheDocument();
  });

  it('is asked for beside a poll only', async () => {
    const { user, target } = await show('mastodon');
    expect(await screen.findByRole('combobox', { name: 'Who can quote it' })).toBeVisible();
    expect(screen.queryByRole('checkbox', { name: /Several answers/ })).not.toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: /poll/ }));
    await user.type(screen.getByRole('textbox', { name: 'Answer 1' }), 'Oak');
    await user.click(await screen.findByRole('checkbox', { name: /Several answers/ }));
    expect(target()?.settings).toMatchObject({ poll_multiple: true });
  });
});

describe('what only the network knows', () => {
  it('is asked for, and asked for again when that failed', async () => {
    server.use(
      http.get(at('/accounts/:id/offers'), () => problem('unavailable', 503, 'Pinterest is away.'), {
        once: true,
      }),
    );
    const { user, target } = await show('pinterest');
    expect(await screen.findByText(/Pinterest is away\./)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    await user.click(await screen.findByRole('combobox', { name: 'Board' }));
    await user.click(await screen.findByRole('option', { name: 'Glazes' }));
    expect(target()?.settings).toEqual({ board: '1' });
  });

  it('may be nothing, which is told with the way out', async () => {
    server.use(
      http.get(at('/accounts/:id/offers'), () =>
        json({ choices: { board: [] }, disabled: [], video_max_ms: null, quota: null }),
      ),
    );
    await show('pinterest');
    expect(await screen.findByText(/Board: Pinterest has none for this account/)).toBeVisible();
  });

  it('may have gone since it was chosen', async () => {
    await show('pinterest', { variants: { acc_pinterest: { settings: { board: '99' } } } });
    const field = await screen.findByRole('combobox', { name: 'Board' });
    expect(field).toHaveAccessibleDescription('This is not offered any more. Choose another.');
  });
});

describe('the form of a post', () => {
  it('sets aside what it does not have, and brings it back', async () => {
    const { user, target } = await show('instagram');
    await user.click(await screen.findByRole('radio', { name: 'Reel' }));
    await user.click(screen.getByRole('checkbox', { name: /Only among the reels/ }));
    await user.click(screen.getByRole('radio', { name: 'Story' }));
    expect(target()).toMatchObject({ format: 'story', settings: {} });
    await user.click(screen.getByRole('radio', { name: 'Reel' }));
    expect(target()).toMatchObject({ format: 'reel', settings: { hide_from_feed: true } });
  });
});

describe('TikTok', () => {
  it('names the creator, offers what the account has and chooses nothing', async () => {
    const { user, target } = await show('tiktok', { media: [video()] });
    expect(await screen.findByText('Oficina Azul', { selector: 'strong' })).toBeVisible();
    const privacy = await screen.findByRole('radiogroup', { name: /Who can watch it/ });
    for (const radio of within(privacy).getAllByRole('radio')) expect(radio).not.toBeChecked();
    for (const name of ['Comment', 'Duet', 'Stitch']) {
      expect(await screen.findByRole('checkbox', { name })).not.toBeChecked();
    }
    expect(screen.getByRole('checkbox', { name: 'Duet' })).toBeDisabled();
    expect(screen.getByRole('checkbox', { name: 'Comment' })).toBeEnabled();
    expect(screen.getByRole('link', { name: 'Music Usage Confirmation' })).toBeVisible();
    expect(screen.queryByRole('textbox', { name: 'Title of the photos' })).not.toBeInTheDocument();
    await user.click(within(privacy).getByRole('radio', { name: 'Friends' }));
    expect(target()?.settings).toEqual({ privacy: 'MUTUAL_FOLLOW_FRIENDS' });
    await expectAccessible();
  });

  it('keeps branded content from being private, and says what it is labelled as', async () => {
    const { user, target } = await show('tiktok', { media: [video()] });
    await user.click(await screen.findByRole('switch', { name: /promotes a brand/ }));
    expect(screen.getByText('Say whether it promotes you, others, or both.')).toBeVisible();
    expect(target()?.settings).toEqual({ commercial_content: true });
    await user.click(screen.getByRole('checkbox', { name: 'Branded content' }));
    expect(screen.getByText('TikTok labels it “Paid partnership”.')).toBeVisible();
    expect(screen.getByRole('radio', { name: 'Only me' })).toBeDisabled();
    expect(screen.getByRole('link', { name: 'Branded Content Policy' })).toBeVisible();
    await user.click(screen.getByRole('switch', { name: /promotes a brand/ }));
    expect(target()?.settings).toEqual({});
    await user.click(screen.getByRole('radio', { name: 'Only me' }));
    await user.click(screen.getByRole('switch', { name: /promotes a brand/ }));
    expect(screen.getByRole('checkbox', { name: 'Branded content' })).toBeDisabled();
  });

  it('shows the creator as TikTok has them now, and what they may not post', async () => {
    networksDb.offers.tiktok = {
      name: 'Oficina Nova',
      choices: { privacy: [{ value: 'SELF_ONLY', label: 'Only me' }] },
      disabled: [],
      video_max_ms: 1000,
      quota: null,
    };
    await show('tiktok', { media: [video()] });
    expect(await screen.findByText('Oficina Nova', { selector: 'strong' })).toBeVisible();
    expect(await screen.findByText(/videos of at most 1 second now/)).toBeVisible();
    await expectAccessible();
  });

  it('has no duets of photos, but a title', async () => {
    networksDb.offers.tiktok = {
      choices: { privacy: [{ value: 'SELF_ONLY', label: 'Only me' }] },
      disabled: [],
      video_max_ms: null,
      quota: null,
    };
    await show('tiktok', { media: [photo()] });
    expect(await screen.findByRole('textbox', { name: 'Title of the photos' })).toBeVisible();
    expect(screen.queryByRole('checkbox', { name: 'Duet' })).not.toBeInTheDocument();
  });
});

it('keeps a panel open that opened because something was missing', async () => {
  const { user } = await show('pinterest', {}, [], 'all');
  await user.click(await screen.findByRole('combobox', { name: 'Board' }));
  await user.click(await screen.findByRole('option', { name: 'Glazes' }));
  expect(screen.getByRole('button', { name: /^Pinterest/ })).toHaveAttribute('aria-expanded', 'true');
  expect(screen.getByRole('combobox', { name: 'Board' })).toHaveValue('Glazes');
});

describe('a cover', () => {
  it('is a moment or a picture, as the network takes it, and belongs to a film alone', async () => {
    const { user, target } = await show('instagram', { media: [video()] });
    const cover = await screen.findByRole('group', { name: 'Cover' });
    expect(within(cover).getByRole('radio', { name: 'Automatic' })).toBeChecked();
    await user.click(within(cover).getByRole('radio', { name: 'A moment' }));
    expect(target()?.cover).toEqual({ at_ms: 0 });
    const second = within(cover).getByRole('textbox', { name: 'Second' });
    await user.clear(second);
    await user.type(second, '2.5');
    expect(target()?.cover).toEqual({ at_ms: 2500 });
    expect(within(cover).getByRole('img', { name: 'The video at second 2.5' })).toBeVisible();
    await user.click(within(cover).getByRole('slider', { name: 'Moment of the video' }));
    await user.keyboard('{ArrowRight}');
    expect(target()?.cover).toEqual({ at_ms: 2600 });
    await expectAccessible();
    await user.click(within(cover).getByRole('radio', { name: 'Automatic' }));
    expect(target()?.cover).toBeNull();
  });

  it('is picked from the library, one at a time', async () => {
    const { user, target } = await show('youtube', { media: [video()] });
    const cover = await screen.findByRole('group', { name: 'Cover' });
    expect(within(cover).queryByRole('radio', { name: 'A moment' })).not.toBeInTheDocument();
    await user.click(within(cover).getByRole('radio', { name: 'A picture' }));
    const dialog = await screen.findByRole('dialog', { name: 'Choose a picture' });
    const [first, second] = library.files.filter(({ type }) => type.startsWith('image/'));
    for (const file of [first, second]) {
      const name = new RegExp(file?.name.replace('.', '\\.') ?? '');
      await user.click((await within(dialog).findAllByRole('button', { name }))[0] as HTMLElement);
    }
    await user.click(within(dialog).getByRole('button', { name: 'Use this picture' }));
    expect(target()?.cover).toEqual({ media_id: second?.id });
    expect(await within(cover).findByRole('button', { name: 'Choose another picture' })).toBeVisible();
    await expectAccessible();
  });

  it('is not asked for where there is nothing to cover', async () => {
    await show('tiktok', { media: [photo()] });
    expect(await screen.findByText('Oficina Azul', { selector: 'strong' })).toBeVisible();
    expect(screen.queryByRole('group', { name: 'Cover' })).not.toBeInTheDocument();
  });

  it('stands on the card of a link, with its description', async () => {
    const settings = { link: 'https://example.com/kiln' };
    await show('linkedin', { variants: { acc_linkedin: { settings } } });
    expect(await screen.findByRole('group', { name: 'Picture on the card' })).toBeVisible();
    expect(screen.getByRole('textbox', { name: 'Description of the link' })).toBeVisible();
  });

  it('says what is wrong with it', async () => {
    const variants = { acc_tiktok: { cover: { at_ms: 61_000 } } };
    const problem = {
      pointer: '/targets/0/cover',
      code: 'cover-outside',
      severity: 'error' as const,
      detail: 'The video runs 61 seconds.',
      fix: 'Choose an earlier moment.',
    };
    await show('tiktok', { media: [video()], variants }, [problem]);
    const cover = await screen.findByRole('group', { name: 'Cover' });
    expect(within(cover).getByText('The video runs 61 seconds. Choose an earlier moment.')).toBeVisible();
  });
});

describe('subtitles', () => {
  const file = () => library.files.find(({ type }) => type === 'application/x-subrip');

  it('are picked from the library, each with its language', async () => {
    const { user, target } = await show('youtube', { media: [video()] });
    const field = await screen.findByRole('group', { name: 'Subtitles' });
    await user.click(within(field).getByRole('button', { name: 'Choose subtitles' }));
    const dialog = await screen.findByRole('dialog', { name: 'Choose subtitles' });
    await user.type(within(dialog).getByRole('searchbox'), 'srt');
    await user.click(await within(dialog).findByRole('button', { name: 'wheel-throwing.en.srt, subtitles' }));
    await user.click(within(dialog).getByRole('button', { name: 'Add 1 file' }));
    expect(target()?.subtitles).toEqual([{ media_id: file()?.id, language: 'en' }]);
    const language = await within(field).findByRole('combobox', {
      name: 'Language of wheel-throwing.en.srt',
    });
    await user.clear(language);
    await user.type(language, 'pt-BR');
    expect(target()?.subtitles).toEqual([{ media_id: file()?.id, language: 'pt-BR' }]);
    expect(language).toHaveAccessibleDescription('Brazilian Portuguese');
    await expectAccessible();
    await user.click(
      within(field).getByRole('button', { name: 'Remove the subtitles wheel-throwing.en.srt' }),
    );
    expect(target()?.subtitles).toEqual([]);
  });

  it('say what is wrong with them, each at its place', async () => {
    const subtitles = [{ media_id: file()?.id ?? '', language: 'English' }];
    const variants = { acc_bluesky: { subtitles } };
    const problem = { severity: 'error' as const, fix: 'Mend it.' };
    await show('bluesky', { media: [video()], variants }, [
      { ...problem, pointer: '/targets/0/subtitles/0/language', code: 'a', detail: 'No language.' },
      { ...problem, pointer: '/targets/0/subtitles', code: 'b', detail: 'Too many.' },
    ]);
    const field = await screen.findByRole('group', { name: 'Subtitles' });
    expect(within(field).getByText('Too many. Mend it.')).toBeVisible();
    const language = within(field).getByRole('combobox');
    expect(language).toBeInvalid();
    expect(within(field).getByText('No language. Mend it.')).toBeVisible();
  });

  it('are not asked for without a film, nor where none are taken', async () => {
    await show('youtube', { media: [photo()] });
    expect(await screen.findByRole('textbox', { name: /^Title/ })).toBeVisible();
    expect(screen.queryByRole('group', { name: 'Subtitles' })).not.toBeInTheDocument();
  });
});
