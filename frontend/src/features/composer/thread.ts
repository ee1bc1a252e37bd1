import { type Composition, type Place, variant, type WrittenPart, withVariant } from './composition';

/** What an account has instead of what is shared: the same, something of its own, or nothing. */
export type Share = 'shared' | 'own' | 'out';

/** The parts that follow the text at a place. */
export function threadAt(composition: Composition, place: Place): WrittenPart[] {
  return variant(composition, place).thread ?? composition.thread;
}

/** The first comment at a place. */
export function commentAt(composition: Composition, place: Place): string {
  return variant(composition, place).comment ?? composition.comment;
}

/** Sets the parts of a place; one that shared them has its own from then on. */
export function setThread(composition: Composition, place: Place, thread: WrittenPart[]): Composition {
  return place === 'all' ? { ...composition, thread } : withVariant(composition, place, { thread });
}

/** Writes the first comment of a place. */
export function setComment(composition: Composition, place: Place, comment: string): Composition {
  return place === 'all' ? { ...composition, comment } : withVariant(composition, place, { comment });
}

/** What an account does with the shared parts. */
export function threadShare(composition: Composition, account: string): Share {
  const { thread, aside } = variant(composition, account);
  if (thread === null) return 'shared';
  return thread.length === 0 && aside?.threadOut !== false ? 'out' : 'own';
}

/** What an account does with the shared comment. */
export function commentShare(composition: Composition, account: string): Share {
  const { comment, aside } = variant(composition, account);
  if (comment === null) return 'shared';
  return comment === '' && aside?.commentOut !== false ? 'out' : 'own';
}

/** Changes what an account does with the shared parts; parts of its own come back when they are wanted again. */
export function shareThread(composition: Composition, account: string, share: Share): Composition {
  const { thread, aside } = variant(composition, account);
  const kept = thread?.length ? thread : aside?.thread;
  const own = kept ?? composition.thread;
  return withVariant(composition, account, {
    thread: share === 'shared' ? null : share === 'out' ? [] : own,
    aside: { ...aside, thread: kept, threadOut: share !== 'own' },
  });
}

/** Changes what an account does with the shared comment. */
export function shareComment(composition: Composition, account: string, share: Share): Composition {
  const { comment, aside } = variant(composition, account);
  const kept = comment || aside?.comment;
  return withVariant(composition, account, {
    comment: share === 'shared' ? null : share === 'out' ? '' : (kept ?? composition.comment),
    aside: { ...aside, comment: kept, commentOut: share !== 'own' },
  });
}

/** One more part, empty, at the end. */
export function addPart(parts: WrittenPart[]): WrittenPart[] {
  const last = Math.max(0, ...parts.map(({ key }) => Number(key.replace(/\D/g, ''))));
  return [...parts, { key: `part-${last + 1}`, text: '', media: [] }];
}

/** The same parts with one changed. */
export function changePart(
  parts: WrittenPart[],
  key: string,
  change: Partial<Omit<WrittenPart, 'key'>>,
): WrittenPart[] {
  return parts.map((part) => (part.key === key ? { ...part, ...change } : part));
}

/** The same parts with one moved up (-1) or down (1). */
export function movePart(parts: WrittenPart[], key: string, by: -1 | 1): WrittenPart[] {
  const from = parts.findIndex((part) => part.key === key);
  const to = from + by;
  const [one, other] = [parts[from], parts[to]];
  if (!one || !other) return parts;
  const next = [...parts];
  next[from] = other;
  next[to] = one;
  return next;
}
