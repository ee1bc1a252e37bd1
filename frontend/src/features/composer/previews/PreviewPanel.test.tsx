import { screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Platform, Settings } from '@/api/types';
import { library } from '@/mocks/media';
import { accountOf } from '@/mocks/networks';
import { expectAccessible } from '@/test/axe';
import { renderPage } from '@/test/render';
import { blank, type Composition } from '../composition';
import PreviewPanel from './PreviewPanel';

const ALL: Platform[] = [
  'page',
  'linkedin',
  'facebook',
  'instagram',
  'threads',
  'tiktok',
  'x',
  'youtube',
  'pinterest',
  'bluesky',
  'mastodon',
];

async function show(platforms: Platform[], more: Partial<Composition>) {
  const accounts = platforms.map((platform) => accountOf(platform));
  const composition = { ...blank(accounts.map(({ id }) => id)), ...more };
  await renderPage(<PreviewPanel composition={composition} accounts={accounts} place="all" at={null} />, {
    namespaces: ['composer', 'networks', 'media'],
  });
}

const figure = (name: string) => screen.findByRole('figure', { name: `How it will look: ${name}` });
const picture = library.files.find(({ type, alt }) => type.startsWith('image/') && alt);
const film = library.files.find(({ type }) => type.startsWith('video/'));

describe('previews', () => {
  it('show every network’s post, empty or not', async () => {
    await show(ALL, {});
    expect(await screen.findAllByRole('figure')).toHaveLength(ALL.length);
    expect(within(await figure('Instagram')).getByText('Add a picture or a video')).toBeVisible();
    await expectAccessible();
  });

  it('show text, files and the first comment where there is one', async () => {
    await show(ALL, { text: 'Kiln day', media: [picture?.id ?? ''], comment: 'Tea at four' });
    for (const name of [
      'LinkedIn',
      'Facebook',
      'Instagram',
      'Threads',
      'X',
      'YouTube',
      'Bluesky',
      'Mastodon',
    ]) {
      expect(within(await figure(name)).getByText('Tea at four'), name).toBeVisible();
    }
    for (const name of ['TikTok', 'Pinterest', 'Your page']) {
      expect(within(await figure(name)).queryByText('Tea at four'), name).not.toBeInTheDocument();
    }
    expect(await within(await figure('X')).findByRole('img', { name: picture?.alt })).toBeVisible();
    await expectAccessible();
  });

  it('show the parts of a thread only where there are threads', async () => {
    await show(['x', 'linkedin'], { text: 'One', thread: [{ key: 'part-1', text: 'Two', media: [] }] });
    expect(within(await figure('X')).getByText('Two')).toBeVisible();
    expect(within(await figure('LinkedIn')).queryByText('Two')).not.toBeInTheDocument();
  });

  it('show what a post becomes: a story has no text, a reel its caption', async () => {
    await show(['instagram', 'facebook'], {
      text: 'Kiln day',
      media: [film?.id ?? ''],
      variants: { acc_instagram: { format: 'story' }, acc_facebook: { format: 'reel' } },
    });
    expect(within(await figure('Instagram')).queryByText('Kiln day')).not.toBeInTheDocument();
    expect(within(await figure('Facebook')).getByText('Kiln day')).toBeVisible();
  });

  it('show settings: a poll, a topic, a title, a warning, where a pin leads', async () => {
    await show(['x', 'threads', 'youtube', 'mastodon', 'pinterest'], {
      text: 'Kiln day',
      variants: {
        acc_x: { settings: { poll: ['Blue', 'Ochre'], poll_duration: '3d' } },
        acc_threads: { settings: { topic: 'Pottery' } },
        acc_youtube: { settings: { title: 'A day at the kiln' } },
        acc_mastodon: { settings: { spoiler: 'Long' } },
        acc_pinterest: { settings: { link: 'https://www.example.com/shop' } },
      },
    });
    expect(within(await figure('X')).getByText('Poll, open for 3 days')).toBeVisible();
    expect(within(await figure('Threads')).getByText(/Pottery/)).toBeVisible();
    expect(within(await figure('YouTube')).getByText('A day at the kiln')).toBeVisible();
    expect(within(await figure('Mastodon')).getByText('Long')).toBeVisible();
    expect(within(await figure('Pinterest')).getByText('example.com')).toBeVisible();
  });
});

describe('a spoiler', () => {
  it('is veiled on Threads, and only where there are files', async () => {
    const variants = { acc_threads: { settings: { spoiler: true } } };
    const veiled = async () => (await figure('Threads')).querySelector('[data-veiled]');
    await show(['threads'], { text: 'The end', media: [picture?.id ?? ''], variants });
    expect(await within(await figure('Threads')).findByRole('img', { name: picture?.alt })).toBeVisible();
    expect(await veiled()).toBeInTheDocument();
  });

  it('veils nothing without files', async () => {
    await show(['threads'], { text: 'The end', variants: { acc_threads: { settings: { spoiler: true } } } });
    expect((await figure('Threads')).querySelector('[data-veiled]')).toBeNull();
  });
});

describe('comments', () => {
  const bubble = async (platform: Platform, name: string, file: string, settings: Settings) => {
    const variants = { [accountOf(platform).id]: { settings } };
    await show([platform], { media: [file], variants });
    return (await figure(name)).querySelector('.tabler-icon-message-circle');
  };

  it.each([
    ['a picture', picture],
    ['a film', film],
  ])('have no place below %s that nobody may comment on', async (_, file) => {
    expect(await bubble('instagram', 'Instagram', file?.id ?? '', { no_comments: true })).toBeNull();
  });

  it('have one where they are allowed', async () => {
    expect(await bubble('instagram', 'Instagram', film?.id ?? '', {})).not.toBeNull();
    expect(await bubble('tiktok', 'TikTok', film?.id ?? '', { allow_comment: true })).not.toBeNull();
  });

  it('are off on TikTok until they are allowed', async () => {
    expect(await bubble('tiktok', 'TikTok', film?.id ?? '', {})).toBeNull();
  });
});

describe('a cover', () => {
  it('stands for the film', async () => {
    const variants = {
      acc_instagram: { cover: { media_id: picture?.id ?? '' } },
      acc_tiktok: { cover: { at_ms: 3000 } },
    };
    await show(['instagram', 'tiktok', 'x'], { media: [film?.id ?? ''], variants });
    const seen = async (name: string) => within(await figure(name)).findByRole('img', { name: film?.alt });
    expect(await seen('Instagram')).toHaveAttribute('src', picture?.url);
    expect((await seen('TikTok')).querySelector('video')).toHaveAttribute('src', film?.url);
    expect(await seen('X')).toHaveAttribute('src', film?.thumb_url);
  });

  it('stands on the card of a link, above its title and description', async () => {
    const settings = {
      link: 'https://example.com/kiln',
      link_title: 'Kiln day',
      link_description: 'Bring a bowl.',
    };
    const cover = { media_id: picture?.id ?? '' };
    await show(['linkedin'], { variants: { acc_linkedin: { settings, cover } } });
    const card = within(await figure('LinkedIn'));
    expect(await card.findByRole('img', { name: picture?.alt })).toHaveAttribute('src', picture?.url);
    expect(card.getByText('Kiln day')).toBeVisible();
    expect(card.getByText('Bring a bowl.')).toBeVisible();
  });
});
