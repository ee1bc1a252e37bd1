import { describe, expect, it } from 'vitest';
import { differences, type Side } from './clash';
import { blank, type Composition, withVariant } from './composition';

const ACCOUNTS = ['page', 'tube', 'sky'].map((id) => ({ id }));
const nine = { local: '2098-11-24T09:00', zone: 'Europe/Lisbon' };
const base: Composition = { ...blank(['page', 'tube']), text: 'Kiln day', media: ['fil_1', 'fil_2'] };
const side = (change: Partial<Composition> = {}, when: Side['when'] = null): Side => ({
  composition: { ...base, ...change },
  when,
});
const found = (mine: Side, theirs: Side) =>
  differences(mine, theirs, ACCOUNTS).map(
    (each) => ('account' in each && each.account ? `${each.account} ` : '') + each.what,
  );

describe('what differs in two versions', () => {
  it('is nothing where only the texts do', () => {
    expect(found(side({ text: 'Mine' }), side({ text: 'Theirs' }))).toEqual([]);
    // Variants of accounts that are not chosen are not sent.
    expect(found({ composition: withVariant(base, 'sky', { comment: 'x' }) }, side())).toEqual([]);
  });

  it('is where it goes, and what goes along', () => {
    const theirs = side({ accounts: ['page', 'sky'], media: ['fil_2', 'fil_1'], comment: 'More' });
    expect(differences(side(), theirs, ACCOUNTS)).toEqual([
      { what: 'accounts', mine: ['tube'], theirs: ['sky'] },
      { what: 'files', account: null, mine: ['fil_1', 'fil_2'], theirs: ['fil_2', 'fil_1'] },
      { what: 'comment', account: null, mine: null, theirs: 'More' },
    ]);
    const thread = [{ key: 'a', text: 'And more', media: [] }];
    expect(found(side({ thread, accounts: ['page'] }), side({ accounts: ['page'] }))).toEqual(['thread']);
    const again = [{ key: 'b', text: 'And more', media: [] }];
    expect(found(side({ thread }), side({ thread: again }))).toEqual([]);
  });

  it('is when it goes out, to the minute, where that is asked', () => {
    expect(found(side({}, nine), side())).toEqual(['time']);
    expect(found(side({}, nine), side({}, { ...nine, local: '2098-11-24T09:00:00' }))).toEqual([]);
    expect(found(side({}, nine), side({}, { ...nine, zone: 'Europe/Berlin' }))).toEqual(['time']);
    expect(found({ composition: base }, side({}, nine))).toEqual([]);
  });

  it('is what an account has of its own', () => {
    const mine = withVariant(base, 'tube', {
      text: 'For the channel',
      settings: { title: 'Kiln', privacy: 'public', silent: false },
      cover: { media_id: 'fil_9' },
      subtitles: [{ media_id: 'fil_8', language: 'de' }],
    });
    const theirs = withVariant(base, 'tube', { settings: { title: 'Oven', privacy: 'public' } });
    expect(found({ composition: mine }, { composition: theirs })).toEqual([
      'tube text',
      'tube cover',
      'tube subtitles',
      'tube setting',
    ]);
    const settings = differences({ composition: mine }, { composition: theirs }, ACCOUNTS);
    expect(settings.at(-1)).toEqual({
      what: 'setting',
      account: 'tube',
      name: 'title',
      mine: 'Kiln',
      theirs: 'Oven',
    });
  });
});
