import { describe, expect, it } from 'vitest';
import { blank, fromPost, isEmpty, isSame, toInput, variant } from './composition';
import {
  addPart,
  changePart,
  commentAt,
  commentShare,
  movePart,
  setComment,
  setThread,
  shareComment,
  shareThread,
  threadAt,
  threadShare,
} from './thread';

const parts = addPart(addPart([]));
const base = setThread(
  { ...blank(['x', 'sky']), text: 'One' },
  'all',
  changePart(parts, 'part-1', { text: 'Two' }),
);

describe('parts', () => {
  it('keep their key when they change places or others go', () => {
    const three = addPart(parts).filter(({ key }) => key !== 'part-2');
    expect(three.map(({ key }) => key)).toEqual(['part-1', 'part-3']);
    expect(addPart(three).at(-1)?.key).toBe('part-4');
    expect(movePart(three, 'part-3', -1).map(({ key }) => key)).toEqual(['part-3', 'part-1']);
    expect(movePart(three, 'part-1', -1)).toEqual(three);
  });

  it('are sent without their keys', () => {
    expect(toInput(base, []).thread).toEqual([
      { text: 'Two', media: [] },
      { text: '', media: [] },
    ]);
  });
});

describe('a thread of one account', () => {
  it('goes its own way and comes back after it was left out or shared', () => {
    let post = shareThread(base, 'x', 'own');
    expect(threadShare(post, 'x')).toBe('own');
    post = setThread(post, 'x', changePart(threadAt(post, 'x'), 'part-1', { text: 'Mine' }));
    expect(threadAt(post, 'sky')[0]?.text).toBe('Two');
    post = shareThread(post, 'x', 'out');
    expect([threadShare(post, 'x'), threadAt(post, 'x')]).toEqual(['out', []]);
    expect(toInput(post, []).targets[0]?.thread).toEqual([]);
    post = shareThread(post, 'x', 'shared');
    expect(threadAt(post, 'x')[0]?.text).toBe('Two');
    post = shareThread(post, 'x', 'own');
    expect(threadAt(post, 'x')[0]?.text).toBe('Mine');
  });

  it('that lost its last part is still its own', () => {
    const post = setThread(shareThread(base, 'x', 'own'), 'x', []);
    expect(threadShare(post, 'x')).toBe('own');
  });
});

describe('a first comment', () => {
  it('is shared, written for one account, or left out there', () => {
    let post = setComment(base, 'all', 'Link in the profile');
    expect(commentAt(post, 'x')).toBe('Link in the profile');
    post = shareComment(post, 'x', 'own');
    expect(commentShare(post, 'x')).toBe('own');
    post = setComment(post, 'x', 'Mine');
    post = shareComment(post, 'x', 'out');
    expect([commentShare(post, 'x'), toInput(post, []).targets[0]?.first_comment]).toEqual(['out', '']);
    post = shareComment(post, 'x', 'own');
    expect(commentAt(post, 'x')).toBe('Mine');
    expect(variant(post, 'sky').comment).toBeNull();
  });
});

it('a saved post comes out as it went in', () => {
  const target = {
    account_id: 'x',
    platform: 'x' as const,
    text: null,
    media: null,
    thread: [{ text: 'Own', media: ['fil_1'] }],
    first_comment: '',
    format: 'reel' as const,
    settings: { reply_settings: 'following', poll: ['a', 'b'] },
    cover: { at_ms: 1500 },
    subtitles: [],
  };
  const saved = {
    text: 'One',
    media: [],
    thread: [{ text: 'Two', media: [] }],
    first_comment: 'Hello',
    targets: [target],
  };
  const { platform: _, ...sent } = target;
  const post = fromPost(saved);
  expect(toInput(post, [{ id: 'x' }])).toMatchObject({ ...saved, targets: [sent] });
  expect(isSame(post, setComment(post, 'x', 'Other'))).toBe(false);
  expect(isEmpty({ ...blank(['x']), comment: 'Hello' })).toBe(false);
});

it('leaves out what a network has none of, and that is no change of the post', () => {
  const post = setComment({ ...base, accounts: ['x', 'in', 'tok'] }, 'all', 'Hello');
  const input = toInput(post, [
    { id: 'x', platform: 'x' },
    { id: 'in', platform: 'linkedin' },
    { id: 'tok', platform: 'tiktok' },
  ]);
  expect(input.targets.map(({ thread, first_comment }) => [thread, first_comment])).toEqual([
    [null, null],
    [[], null],
    [[], ''],
  ]);
  const platforms = ['x', 'linkedin', 'tiktok'] as const;
  const saved = fromPost({
    ...input,
    media: [],
    targets: input.targets.map((target, index) => ({ ...target, platform: platforms[index] ?? 'x' })),
  });
  expect(isSame(saved, post)).toBe(true);
});
