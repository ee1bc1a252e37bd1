import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useRef, useState } from 'react';
import { api, client, idempotencyKey, ifMatch } from '@/api/client';
import { asProblem, Problem } from '@/api/problem';
import type { Account, Post, RepeatRule, Series, SeriesInput } from '@/api/types';
import { weeklyFrom } from '@/parts/repeat/rule';
import { useDraft, useKeptDraft } from '@/ui/draft';
import { blank, type Composition, fromPost, isEmpty, isSame, toInput } from './composition';
import { type Action, type Outcome, submit } from './submit';
import type { When } from './when';

/** What is kept on this device until it is saved. */
interface Kept {
  /** May lack what compositions had not yet when it was kept. */
  composition: Composition;
  when: When;
  /** How the time is chosen, and the rule where it repeats; absent in what was kept without them. */
  mode?: Mode;
  rule?: RepeatRule | null;
  /** The version it was written on; null for a post that was never saved. */
  version: number | null;
  /** The key of the last try to create it, so that a repeated try makes no second post. */
  attempt: Attempt | null;
}

interface Attempt {
  key: string;
  input: string;
}

interface Start {
  /** The series being edited, instead of a post. */
  series?: Series;
  /** The post being edited; null for a new one. */
  post: Post | null;
  accounts: Account[];
  composition: Composition;
  when: When;
}

/** How the time is chosen. */
export type Mode = 'now' | 'time' | 'slot' | 'repeat';

/** Two versions that do not know of each other: what is written here, and what was saved meanwhile. */
export interface Clash {
  theirs: Post;
  /** What to do again if the own version wins. */
  action: Action | null;
}

/**
 * The state of one post being written, and the only way to save it. `given` is a time that was asked for and wins over
 * the one of an unsent draft; `failed` is what kept the post from going further when it was saved.
 */
export function useComposer(start: Start, given: When | null = null, failed: Problem | null = null) {
  const queries = useQueryClient();
  const draft = useDraft<Kept>(`composer.${(start.series ?? start.post)?.id ?? 'new'}`);
  const restored = draft.restored;
  const [post, setPost] = useState(start.post);
  const [composition, setComposition] = useState(() =>
    withKnown({ ...blank(), ...(restored?.composition ?? start.composition) }, start.accounts),
  );
  const [when, setWhen] = useState<When>(given ?? restored?.when ?? start.when);
  const [mode, setMode] = useState<Mode>(restored?.mode ?? (start.series ? 'repeat' : 'time'));
  const [slotOf, setSlotOf] = useState<string | null>(null);
  const [ownRule, setRule] = useState<RepeatRule | null>(restored?.rule ?? null);
  const { series } = start;
  const rule = ownRule ?? series?.rule ?? weeklyFrom(when.local, when.zone);
  const [busy, setBusy] = useState<Action | 'repeat' | null>(null);
  const [problem, setProblem] = useState<Problem | null>(failed);
  const [clash, setClash] = useState<Clash | null>(() =>
    start.post && restored && restored.version !== start.post.version
      ? { theirs: start.post, action: null }
      : null,
  );
  const attempt = useRef<Attempt | null>(restored?.attempt ?? null);

  const saved = useMemo(
    () => (post ? fromPost(post) : series ? fromPost(series.content) : null),
    [post, series],
  );
  const planned = post?.status === 'scheduled' ? post.schedule : null;
  const timeChanged = planned
    ? when.local.slice(0, 16) !== planned.local.slice(0, 16) || when.zone !== planned.zone
    : false;
  const ruleChanged = series !== undefined && ownRule !== null;
  const dirty = timeChanged || ruleChanged || (saved ? !isSame(saved, composition) : !isEmpty(composition));
  const kept = {
    composition,
    when,
    mode,
    rule: ownRule,
    version: post?.version ?? null,
    attempt: attempt.current,
  };
  useKeptDraft(draft, dirty ? kept : null);
  const input = useMemo(() => toInput(composition, start.accounts), [composition, start.accounts]);

  /** The same key for the same content, a new one for other content: a repeated try never makes two posts. */
  const keyFor = useCallback((body: object) => {
    const text = JSON.stringify(body);
    if (attempt.current?.input !== text) attempt.current = { key: idempotencyKey(), input: text };
    return attempt.current.key;
  }, []);

  const remember = (next: Post) => {
    const path = { id: next.id };
    queries.setQueryData(api.queryOptions('get', '/api/posts/{id}', { params: { path } }).queryKey, next);
    void queries.invalidateQueries({ queryKey: ['get', '/api/posts'] });
  };

  const run = async (action: Action, on: Post | null, at: When = when): Promise<Outcome | null> => {
    setBusy(action);
    setProblem(null);
    try {
      const outcome = await submit({ action, input, when: at, slotOf, post: on, key: keyFor(input) });
      remember(outcome.post);
      draft.clear();
      attempt.current = null;
      setPost(outcome.post);
      setProblem(outcome.problem);
      return outcome;
    } catch (thrown) {
      const refused = asProblem(thrown);
      const theirs = refused.slug === 'stale-version' && on ? await latest(on.id) : null;
      if (theirs) setClash({ theirs, action });
      else setProblem(refused);
      return null;
    } finally {
      setBusy(null);
    }
  };

  /**
   * Starts a series with this content, or changes the one being edited. A draft that it was written in has become its
   * text, and goes.
   */
  const repeat = async (): Promise<Series | null> => {
    setBusy('repeat');
    setProblem(null);
    try {
      const body = { content: input, rule };
      const stored = await storeSeries(body, series, keyFor(body));
      if (post) await dropDraft(post);
      draft.clear();
      attempt.current = null;
      const path = { id: stored.id };
      queries.setQueryData(
        api.queryOptions('get', '/api/series/{id}', { params: { path } }).queryKey,
        stored,
      );
      for (const path of ['/api/posts', '/api/posts/{id}', '/api/series'])
        void queries.invalidateQueries({ queryKey: ['get', path] });
      return stored;
    } catch (thrown) {
      setProblem(asContent(asProblem(thrown)));
      return null;
    } finally {
      setBusy(null);
    }
  };

  const takeTheirs = (theirs: Post) => {
    setPost(theirs);
    setComposition(withKnown(fromPost(theirs), start.accounts));
    if (theirs.schedule) setWhen({ local: theirs.schedule.local.slice(0, 16), zone: theirs.schedule.zone });
    setClash(null);
    draft.clear();
  };

  const discard = () => {
    setComposition(start.composition);
    setWhen(start.when);
    setRule(null);
    setProblem(null);
    draft.clear();
  };

  return {
    post,
    /** The series being edited, instead of a post. */
    series,
    /** Waits for its time, as far as is known here. */
    scheduled: post?.status === 'scheduled',
    composition,
    change: setComposition,
    when,
    setWhen,
    timeChanged,
    /** How the time is chosen. */
    mode,
    setMode,
    /** Whose next free slot to take. */
    slotOf,
    setSlotOf,
    rule,
    setRule,
    input,
    dirty,
    busy,
    problem,
    setProblem,
    clash,
    /** When the text that was found on this device was written; null when there was none. */
    restoredAt: restored ? draft.restoredAt : null,
    discard,
    run: (action: Action, at?: When) => run(action, post, at),
    repeat,
    /** Saves the text as a post of its own, when the one it was written for can no longer be changed. */
    runAsNew: () => run('save', null),
    keepMine: (theirs: Post) => {
      setPost(theirs);
      setClash(null);
    },
    takeTheirs,
    /** Saves over what somebody else saved, having seen it. */
    overwrite: (theirs: Post, action: Action) => {
      setClash(null);
      return run(action, theirs);
    },
    closeClash: () => setClash(null),
  };
}

/** Accounts that were disconnected since cannot be chosen, so they cannot stay chosen either. */
function withKnown(composition: Composition, accounts: Account[]): Composition {
  const known = composition.accounts.filter((id) => accounts.some((account) => account.id === id));
  return known.length === composition.accounts.length ? composition : { ...composition, accounts: known };
}

async function storeSeries(body: SeriesInput, before: Series | undefined, key: string): Promise<Series> {
  if (!before) {
    const header = { 'Idempotency-Key': key };
    return (await client.POST('/api/series', { body, params: { header } })).data as Series;
  }
  const params = { path: { id: before.id }, header: ifMatch(before.version) };
  return (await client.PUT('/api/series/{id}', { body, params })).data as Series;
}

/** The series stands whether or not the draft can be removed: one that stays is only in the way. */
async function dropDraft({ id, version }: Post): Promise<void> {
  try {
    await client.DELETE('/api/posts/{id}', { params: { path: { id }, header: ifMatch(version) } });
  } catch (thrown) {
    asProblem(thrown);
  }
}

/** What is wrong with the content of a series is wrong with what is written here. */
function asContent(problem: Problem): Problem {
  const errors = problem.errors.map((error) => ({
    ...error,
    pointer: error.pointer.replace(/^\/content/, ''),
  }));
  const { status, title, detail, choices } = problem;
  return problem.slug === 'rule-broken'
    ? new Problem({ type: 'rule-broken', status, title, detail, errors, choices })
    : problem;
}

async function latest(id: string): Promise<Post | null> {
  try {
    return (await client.GET('/api/posts/{id}', { params: { path: { id } } })).data ?? null;
  } catch {
    return null;
  }
}

/** Everything that the parts of the composer share. */
export type Composer = ReturnType<typeof useComposer>;
