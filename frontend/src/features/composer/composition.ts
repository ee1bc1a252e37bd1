import type { Account, Post, PostInput } from '@/api/types';

/** What differs for one account. Kept while the account is not chosen, so that nothing typed is lost. */
export interface Variant {
  /** Text of its own; `null` = the shared one. */
  text: string | null;
  /** Files of its own; `null` = the shared ones. */
  media: string[] | null;
  /** The text of its own it had before it went back to the shared one. */
  setAside?: string;
}

/** A post as it is being written. */
export interface Composition {
  text: string;
  media: string[];
  /** Chosen accounts. */
  accounts: string[];
  variants: Record<string, Variant>;
}

/** What is sent: every list spelled out. */
export type Input = Required<PostInput>;

/** What is being written: for all accounts, or for one. */
export type Place = 'all' | string;

const SAME: Variant = { text: null, media: null };

/** An empty post for these accounts. */
export function blank(accounts: string[] = []): Composition {
  return { text: '', media: [], accounts, variants: {} };
}

/** A saved post, as it is edited. */
export function fromPost(post: Pick<Post, 'text' | 'media' | 'targets'>): Composition {
  return {
    text: post.text,
    media: post.media.map((file) => file.file_id),
    accounts: post.targets.map((target) => target.account_id),
    variants: Object.fromEntries(
      post.targets.map(({ account_id, text = null, media = null }) => [account_id, { text, media }]),
    ),
  };
}

/** What the API takes, its targets in the order of `accounts`. */
export function toInput(composition: Composition, accounts: Pick<Account, 'id'>[]): Input {
  const order = accounts.map((account) => account.id);
  return {
    text: composition.text,
    media: composition.media,
    targets: [...composition.accounts]
      .sort((a, b) => order.indexOf(a) - order.indexOf(b))
      .map((account_id) => {
        const { text, media } = variant(composition, account_id);
        return { account_id, text, media };
      }),
  };
}

/** What differs for an account. */
export function variant(composition: Composition, account: string): Variant {
  return composition.variants[account] ?? SAME;
}

/** The text that goes to a place. */
export function textAt(composition: Composition, place: Place): string {
  return variant(composition, place).text ?? composition.text;
}

/** The files that go to a place, in order. */
export function mediaAt(composition: Composition, place: Place): string[] {
  return variant(composition, place).media ?? composition.media;
}

/** All files named anywhere, each once. */
export function allMedia(composition: Composition): string[] {
  const own = composition.accounts.flatMap((account) => variant(composition, account).media ?? []);
  return [...new Set([...composition.media, ...own])];
}

function withVariant(composition: Composition, account: string, change: Partial<Variant>): Composition {
  const changed = { ...variant(composition, account), ...change };
  return { ...composition, variants: { ...composition.variants, [account]: changed } };
}

/** Writes the text of a place; one that shared its text has its own from then on. */
export function write(composition: Composition, place: Place, text: string): Composition {
  return place === 'all' ? { ...composition, text } : withVariant(composition, place, { text });
}

/** Sets the files of a place. */
export function attach(composition: Composition, place: Place, media: string[]): Composition {
  return place === 'all' ? { ...composition, media } : withVariant(composition, place, { media });
}

/** Gives an account a text of its own: the one it had before, or a copy of the shared one. */
export function fork(composition: Composition, account: string): Composition {
  const { setAside } = variant(composition, account);
  return withVariant(composition, account, { text: setAside ?? composition.text, setAside: undefined });
}

/** Sends an account back to the shared text; its own is set aside in case it is wanted after all. */
export function unfork(composition: Composition, account: string): Composition {
  const { text } = variant(composition, account);
  const setAside = text !== null && text !== composition.text ? text : undefined;
  return withVariant(composition, account, { text: null, setAside });
}

/** Chooses an account, or leaves it out. */
export function toggle(composition: Composition, account: string): Composition {
  const chosen = composition.accounts.includes(account);
  return {
    ...composition,
    accounts: chosen
      ? composition.accounts.filter((each) => each !== account)
      : [...composition.accounts, account],
  };
}

/** Whether nothing worth keeping was written. */
export function isEmpty(composition: Composition): boolean {
  const own = Object.values(composition.variants);
  return (
    composition.text.trim() === '' &&
    composition.media.length === 0 &&
    own.every(({ text, media }) => !text?.trim() && !media?.length)
  );
}

/** Whether two compositions would send the same. */
export function isSame(one: Composition, other: Composition): boolean {
  const order = [...new Set([...one.accounts, ...other.accounts])].sort().map((id) => ({ id }));
  return JSON.stringify(toInput(one, order)) === JSON.stringify(toInput(other, order));
}
