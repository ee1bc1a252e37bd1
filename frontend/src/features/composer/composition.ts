import type {
  Account,
  ChosenCover,
  ChosenSubtitles,
  Format,
  Part,
  Post,
  PostInput,
  PostTarget,
  Setting,
  Settings,
} from '@/api/types';
import { extrasFor } from '@/parts/networkRules';

/** A part of a thread being written; `key` tells parts apart while they change places. */
export interface WrittenPart extends Part {
  key: string;
}

/** What differs for one account. Kept while the account is not chosen, so that nothing typed is lost. */
export interface Variant {
  /** Text of its own; `null` = the shared one. */
  text: string | null;
  /** Files of its own; `null` = the shared ones. */
  media: string[] | null;
  /** The text of its own it had before it went back to the shared one. */
  setAside?: string;
  /** Parts of its own; `null` = the shared ones, none = left out. */
  thread: WrittenPart[] | null;
  /** First comment of its own; `null` = the shared one, empty = left out. */
  comment: string | null;
  /** What it had of its own before, and whether having none means that it is left out. */
  aside?: {
    thread?: WrittenPart[];
    threadOut?: boolean;
    comment?: string;
    commentOut?: boolean;
    /** Settings that the chosen form does not have. */
    settings?: Settings;
  };
  /** What the post becomes there. */
  format: Format;
  /** The network's own settings. */
  settings: Settings;
  /** What stands for its film, or on its link's card; `null` = what the network takes. */
  cover: ChosenCover | null;
  /** Subtitles for its film, each in another language. */
  subtitles: ChosenSubtitles[];
}

/** A post as it is being written. */
export interface Composition {
  text: string;
  media: string[];
  /** What follows the text as a thread. */
  thread: WrittenPart[];
  /** The first comment; empty for none. */
  comment: string;
  /** Chosen accounts. */
  accounts: string[];
  variants: Record<string, Partial<Variant>>;
}

/** What is sent: every list spelled out. */
export type Input = Required<Omit<PostInput, 'targets'>> & {
  targets: Required<PostInput['targets'][number]>[];
};

/** What is being written: for all accounts, or for one. */
export type Place = 'all' | string;

const SAME: Variant = {
  text: null,
  media: null,
  thread: null,
  comment: null,
  format: 'post',
  settings: {},
  cover: null,
  subtitles: [],
};

/** An empty post for these accounts. */
export function blank(accounts: string[] = []): Composition {
  return { text: '', media: [], thread: [], comment: '', accounts, variants: {} };
}

/** Parts as they are written, from parts as they are sent. */
export function written(parts: Part[]): WrittenPart[] {
  return parts.map(({ text, media }, index) => ({ key: `part-${index + 1}`, text, media }));
}

/** A saved post, as it is edited. */
export function fromPost(
  post: Pick<Post, 'text' | 'media' | 'thread' | 'first_comment' | 'targets'>,
): Composition {
  return {
    text: post.text,
    media: post.media.map((file) => file.file_id),
    thread: written(post.thread),
    comment: post.first_comment ?? '',
    accounts: post.targets.map((target) => target.account_id),
    variants: Object.fromEntries(post.targets.map((target) => [target.account_id, fromTarget(target)])),
  };
}

/** What is left out only because the network has no such thing is nobody's decision, and no variant. */
function fromTarget(target: PostTarget): Variant {
  const { platform, text, media, thread, first_comment, format, settings, cover, subtitles } = target;
  const takes = extrasFor(platform, format);
  return {
    text,
    media,
    thread: thread && (takes.thread || thread.length > 0) ? written(thread) : null,
    comment: takes.first_comment || first_comment ? first_comment : null,
    format,
    settings,
    cover,
    subtitles,
  };
}

const sent = (parts: WrittenPart[]): Part[] => parts.map(({ text, media }) => ({ text, media }));

/** An account; with its network, what the network has none of is left out for it. */
type Destination = Pick<Account, 'id'> & Partial<Pick<Account, 'platform'>>;

/** What the API takes, its targets in the order of `accounts`. */
export function toInput(composition: Composition, accounts: Destination[]): Input {
  const order = accounts.map((account) => account.id);
  return {
    text: composition.text,
    media: composition.media,
    thread: sent(composition.thread),
    first_comment: composition.comment.trim() ? composition.comment : null,
    targets: [...composition.accounts]
      .sort((a, b) => order.indexOf(a) - order.indexOf(b))
      .map((account_id) => {
        const { text, media, thread, comment, format, settings, cover, subtitles } = variant(
          composition,
          account_id,
        );
        const platform = accounts.find(({ id }) => id === account_id)?.platform;
        const takes = platform && extrasFor(platform, format);
        const noThread = takes?.thread === null && composition.thread.length > 0;
        const noComment = takes?.first_comment === null && composition.comment.trim() !== '';
        return {
          account_id,
          text,
          media,
          thread: noThread ? [] : thread && sent(thread),
          first_comment: noComment ? '' : comment,
          format,
          settings: sentSettings(settings),
          cover: takes?.cover === null ? null : cover,
          subtitles: takes?.subtitles === null ? [] : subtitles,
        };
      }),
  };
}

/** The same settings always in the same order, so that equal ones compare equal; empty items are not sent. */
function sentSettings(settings: Settings): Settings {
  const filled = (value: Setting) => (Array.isArray(value) ? value.filter((item) => item.trim()) : value);
  return Object.fromEntries(
    Object.entries(settings)
      .map(([name, value]) => [name, filled(value)] as const)
      .sort(([a], [b]) => a.localeCompare(b)),
  );
}

/** What differs for an account. */
export function variant(composition: Composition, account: string): Variant {
  return { ...SAME, ...composition.variants[account] };
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
  const of = (parts: WrittenPart[] | null) => (parts ?? []).flatMap(({ media }) => media);
  const own = composition.accounts.flatMap((account) => {
    const { media, thread, cover, subtitles } = variant(composition, account);
    const words = subtitles.map(({ media_id }) => media_id);
    return [...(media ?? []), ...of(thread), ...pictureOf(cover), ...words];
  });
  return [...new Set([...composition.media, ...of(composition.thread), ...own])];
}

/** The picture of a cover, if it is one. */
export function pictureOf(cover: ChosenCover | null): string[] {
  return cover && 'media_id' in cover ? [cover.media_id] : [];
}

/** Changes what differs for an account. */
export function withVariant(
  composition: Composition,
  account: string,
  change: Partial<Variant>,
): Composition {
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

/** Chooses all of these accounts, or leaves them all out when all were chosen. */
export function toggleAll(composition: Composition, group: string[]): Composition {
  const { accounts } = composition;
  const chosen = group.every((id) => accounts.includes(id));
  return {
    ...composition,
    accounts: chosen
      ? accounts.filter((id) => !group.includes(id))
      : [...accounts, ...group.filter((id) => !accounts.includes(id))],
  };
}

const says = (parts: WrittenPart[] | null) => parts?.some(({ text, media }) => text.trim() || media.length);

/** Whether nothing worth keeping was written. */
export function isEmpty(composition: Composition): boolean {
  const own = Object.keys(composition.variants).map((account) => variant(composition, account));
  return (
    composition.text.trim() === '' &&
    composition.media.length === 0 &&
    composition.comment.trim() === '' &&
    !says(composition.thread) &&
    own.every(
      ({ text, media, thread, comment, settings, cover, subtitles }) =>
        !text?.trim() &&
        !media?.length &&
        !comment?.trim() &&
        !says(thread) &&
        Object.keys(settings).length === 0 &&
        cover === null &&
        subtitles.length === 0,
    )
  );
}

/** Whether two compositions would send the same. */
export function isSame(one: Composition, other: Composition): boolean {
  const order = [...new Set([...one.accounts, ...other.accounts])].sort().map((id) => ({ id }));
  return JSON.stringify(toInput(one, order)) === JSON.stringify(toInput(other, order));
}
