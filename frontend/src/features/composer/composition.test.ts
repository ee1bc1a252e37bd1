import { describe, expect, it } from 'vitest';
import * as composition from './composition';

const base = { ...composition.blank(['page', 'sky']), text: 'Kiln day on Friday', media: ['fil_1'] };

/** A target that gets the post as it is. */
const as = {
  text: null,
  media: null,
  thread: null,
  first_comment: null,
  format: 'post' as const,
  settings: {},
  cover: null,
  subtitles: [],
};

describe('variants', () => {
  it('start as the shared text and then go their own way', () => {
    let post = composition.fork(base, 'sky');
    expect(composition.textAt(post, 'sky')).toBe('Kiln day on Friday');
    post = composition.write(post, 'sky', 'Kiln day!');
    post = composition.write(post, 'all', 'Kiln day on Saturday');
    expect(composition.textAt(post, 'sky')).toBe('Kiln day!');
    expect(composition.textAt(post, 'page')).toBe('Kiln day on Saturday');
  });

  it('come back after a reset, because the text was only set aside', () => {
    let post = composition.write(composition.fork(base, 'sky'), 'sky', 'Kiln day!');
    post = composition.unfork(post, 'sky');
    expect(composition.textAt(post, 'sky')).toBe('Kiln day on Friday');
    expect(composition.textAt(composition.fork(post, 'sky'), 'sky')).toBe('Kiln day!');
  });

  it('may be empty, which differs from shared', () => {
    const post = composition.write(composition.fork(base, 'sky'), 'sky', '');
    expect(composition.textAt(post, 'sky')).toBe('');
    expect(composition.toInput(post, []).targets).toContainEqual({
      ...as,
      account_id: 'sky',
      text: '',
    });
  });

  it('survive leaving an account out and choosing it again', () => {
    let post = composition.write(composition.fork(base, 'sky'), 'sky', 'Kiln day!');
    post = composition.toggle(composition.toggle(post, 'sky'), 'sky');
    expect(composition.textAt(post, 'sky')).toBe('Kiln day!');
  });

  it('can have files of their own', () => {
    const post = composition.attach(base, 'sky', ['fil_2']);
    expect(composition.mediaAt(post, 'page')).toEqual(['fil_1']);
    expect(composition.mediaAt(post, 'sky')).toEqual(['fil_2']);
    expect(composition.allMedia(post)).toEqual(['fil_1', 'fil_2']);
  });
});

describe('subtitles', () => {
  it('are sent where the network takes some, and are files of the post', () => {
    const subtitles = [{ media_id: 'fil_9', language: 'de' }];
    const post = composition.withVariant(base, 'sky', { subtitles });
    const sent = (platform: 'youtube' | 'mastodon') =>
      composition.toInput(post, [{ id: 'page' }, { id: 'sky', platform }]).targets[1]?.subtitles;
    expect(sent('youtube')).toEqual(subtitles);
    expect(sent('mastodon')).toEqual([]);
    expect(composition.allMedia(post)).toContain('fil_9');
    const blank = composition.blank(['sky']);
    expect(composition.isEmpty(composition.withVariant(blank, 'sky', { subtitles }))).toBe(false);
    expect(composition.isSame(post, base)).toBe(false);
  });
});

describe('a cover', () => {
  it('is sent where the form has one, and its picture is one of the files', () => {
    const cover = { media_id: 'fil_9' };
    const post = composition.withVariant(base, 'sky', { cover });
    const sent = (platform: 'instagram' | 'bluesky') =>
      composition.toInput(post, [{ id: 'page' }, { id: 'sky', platform }]).targets[1]?.cover;
    expect(sent('instagram')).toEqual(cover);
    expect(sent('bluesky')).toBeNull();
    const story = composition.withVariant(post, 'sky', { format: 'story' });
    const [, target] = composition.toInput(story, [
      { id: 'page' },
      { id: 'sky', platform: 'instagram' },
    ]).targets;
    expect(target?.cover).toBeNull();
    expect(composition.allMedia(post)).toContain('fil_9');
    expect(composition.isEmpty(composition.withVariant(composition.blank(['sky']), 'sky', { cover }))).toBe(
      false,
    );
  });
});

describe('toInput', () => {
  it('sends what is shared as null, in the order of the accounts', () => {
    expect(composition.toInput(base, [{ id: 'sky' }, { id: 'page' }])).toEqual({
      text: 'Kiln day on Friday',
      media: ['fil_1'],
      thread: [],
      first_comment: null,
      targets: [
        { ...as, account_id: 'sky' },
        { ...as, account_id: 'page' },
      ],
    });
  });

  it('sends nothing of accounts that were left out', () => {
    const post = composition.toggle(composition.write(base, 'sky', 'mine'), 'sky');
    expect(composition.toInput(post, []).targets.map((target) => target.account_id)).toEqual(['page']);
  });
});

describe('comparing', () => {
  it('sees no change in a text that was set aside or in another order of choosing', () => {
    const reset = composition.unfork(composition.write(base, 'sky', 'mine'), 'sky');
    expect(composition.isSame(base, reset)).toBe(true);
    expect(composition.isSame(base, { ...base, accounts: ['sky', 'page'] })).toBe(true);
    expect(composition.isSame(base, composition.write(base, 'all', 'other'))).toBe(false);
  });

  it('finds nothing worth keeping in spaces', () => {
    expect(composition.isEmpty({ ...composition.blank(['page']), text: ' \n' })).toBe(true);
    expect(composition.isEmpty(base)).toBe(false);
  });
});
