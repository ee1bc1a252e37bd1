import type { ChosenCover, ChosenSubtitles, Part, Setting, Settings } from '@/api/types';
import { isSet } from '@/parts/networkRules';
import { type Composition, type Input, toInput } from './composition';
import type { When } from './when';

/** When a version goes out; `null` for a draft, `kept` where saving it leaves the time as the other one has it. */
export type GoesOut = When | null | 'kept';

/** A version of a post: what it says, and when it goes out, where that is to be compared. */
export interface Side {
  composition: Composition;
  when?: GoesOut;
}

/** One value in both versions. */
interface Both<T> {
  mine: T;
  theirs: T;
}

/** What differs beside the texts. `account` is whose variant it is; `null` = what holds for all. */
export type Difference =
  | ({ what: 'accounts' } & Both<string[]>)
  | ({ what: 'time' } & Both<GoesOut>)
  | ({ what: 'text' | 'comment'; account: string | null } & Both<string | null>)
  | ({ what: 'files'; account: string | null } & Both<string[] | null>)
  | ({ what: 'thread'; account: string | null } & Both<Part[] | null>)
  | ({ what: 'format'; account: string } & Both<'post' | 'story' | 'reel'>)
  | ({ what: 'setting'; account: string; name: string } & Both<Setting | null>)
  | ({ what: 'cover'; account: string } & Both<ChosenCover | null>)
  | ({ what: 'subtitles'; account: string } & Both<ChosenSubtitles[]>);

type Target = Input['targets'][number];

const differs = (one: unknown, other: unknown) => JSON.stringify(one) !== JSON.stringify(other);

/**
 * Everything in which two versions differ, but for texts that are there in both: those are read side by side. It is told
 * in the order of `accounts`.
 */
export function differences(mine: Side, theirs: Side, accounts: { id: string }[]): Difference[] {
  // Only the order: what is left out because a network has no such thing is nobody's decision.
  const order = accounts.map(({ id }) => ({ id }));
  const [one, other] = [toInput(mine.composition, order), toInput(theirs.composition, order)];
  const without = (from: Input, others: Input) =>
    from.targets
      .map(({ account_id }) => account_id)
      .filter((id) => !others.targets.some(({ account_id }) => account_id === id));
  const found: Difference[] = [];
  const goesTo = { mine: without(one, other), theirs: without(other, one) };
  if (goesTo.mine.length + goesTo.theirs.length > 0) found.push({ what: 'accounts', ...goesTo });
  const { when } = mine;
  if (when !== undefined && theirs.when !== undefined && isAnotherTime(when, theirs.when))
    found.push({ what: 'time', mine: when, theirs: theirs.when });
  found.push(...shared(one, other));
  for (const target of one.targets) {
    const match = other.targets.find(({ account_id }) => account_id === target.account_id);
    if (match) found.push(...own(target, match));
  }
  return found;
}

/** Seconds are nobody's choice. */
export function isAnotherTime(one: GoesOut, other: GoesOut): boolean {
  if (!one || !other || one === 'kept' || other === 'kept') return one !== other;
  return one.local.slice(0, 16) !== other.local.slice(0, 16) || one.zone !== other.zone;
}

function shared(one: Input, other: Input): Difference[] {
  const account = null;
  const found: Difference[] = [
    { what: 'files', account, mine: one.media, theirs: other.media },
    { what: 'thread', account, mine: one.thread, theirs: other.thread },
    { what: 'comment', account, mine: one.first_comment, theirs: other.first_comment },
  ];
  return found.filter((each) => differs(each.mine, each.theirs));
}

function own(one: Target, other: Target): Difference[] {
  const account = one.account_id;
  const found: Difference[] = [
    { what: 'files', account, mine: one.media, theirs: other.media },
    { what: 'thread', account, mine: one.thread, theirs: other.thread },
    { what: 'comment', account, mine: one.first_comment, theirs: other.first_comment },
    { what: 'format', account, mine: one.format, theirs: other.format },
    { what: 'cover', account, mine: one.cover, theirs: other.cover },
    { what: 'subtitles', account, mine: one.subtitles, theirs: other.subtitles },
  ];
  // Two texts of their own are shown side by side; that one version has none is not seen there.
  if ((one.text === null) !== (other.text === null))
    found.unshift({ what: 'text', account, mine: one.text, theirs: other.text });
  return [...found, ...ofSettings(account, one.settings, other.settings)].filter((each) =>
    differs(each.mine, each.theirs),
  );
}

function ofSettings(account: string, one: Settings, other: Settings): Difference[] {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();
  const set = (value: Setting | undefined) => (isSet(value) ? value : null);
  return names.map((name) => ({
    what: 'setting',
    account,
    name,
    mine: set(one[name]),
    theirs: set(other[name]),
  }));
}
