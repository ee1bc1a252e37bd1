import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react';

const PREFIX = 'atelier.draft.';
const MAX_AGE_MS = 30 * 86_400_000;
const WRITE_DELAY_MS = 300;

interface Stored<T> {
  saved_at: number;
  value: T;
}

const Scope = createContext('');

/** Whose drafts these are: person and organization, so that nobody meets another's text. */
export const DraftScope = Scope.Provider;

/** Unsent input of one form, kept on this device. */
export interface Draft<T> {
  /** What an earlier visit left unsent; read once, when the form appears. */
  restored: T | null;
  /** When that was, in milliseconds since 1970. */
  restoredAt: number | null;
  /** Keeps `value` (a moment later); `null` says that there is nothing unsent. */
  keep: (value: T | null) => void;
  /** Forgets the draft: it was saved, or is not wanted. */
  clear: () => void;
}

function read<T>(key: string): Stored<T> | null {
  try {
    const stored = JSON.parse(localStorage.getItem(key) ?? 'null') as Stored<T> | null;
    return stored && Date.now() - stored.saved_at < MAX_AGE_MS ? stored : null;
  } catch {
    return null;
  }
}

function write<T>(key: string, value: T | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify({ saved_at: Date.now(), value } satisfies Stored<T>));
  } catch {
    // Storage full or blocked: the form itself still holds the text.
  }
}

/**
 * Keeps what a form holds until it is saved, through reloads, crashes and an ended sign-in.
 * `key` names the form and its object: `composer.new`, `post.pst_…`.
 */
export function useDraft<T>(key: string): Draft<T> {
  const scope = useContext(Scope);
  const name = `${PREFIX}${scope}.${key}`;
  const [stored] = useState(() => read<T>(name));
  const waiting = useRef<{ value: T | null; timer: ReturnType<typeof setTimeout> } | null>(null);

  const flush = useCallback(() => {
    if (!waiting.current) return;
    clearTimeout(waiting.current.timer);
    write(name, waiting.current.value);
    waiting.current = null;
  }, [name]);

  const keep = useCallback(
    (value: T | null) => {
      if (waiting.current) clearTimeout(waiting.current.timer);
      waiting.current = { value, timer: setTimeout(flush, WRITE_DELAY_MS) };
    },
    [flush],
  );

  const clear = useCallback(() => {
    if (waiting.current) clearTimeout(waiting.current.timer);
    waiting.current = null;
    write(name, null);
  }, [name]);

  // The last words are written also when the tab closes or the page changes within the delay.
  useEffect(() => {
    window.addEventListener('pagehide', flush);
    return () => {
      window.removeEventListener('pagehide', flush);
      flush();
    };
  }, [flush]);

  return useMemo(
    () => ({ restored: stored?.value ?? null, restoredAt: stored?.saved_at ?? null, keep, clear }),
    [stored, keep, clear],
  );
}

/** Keeps `value` in `draft` whenever it changes; pass `null` while nothing is unsent. */
export function useKeptDraft<T>(draft: Draft<T>, value: T | null): void {
  const serialized = JSON.stringify(value);
  const { keep } = draft;
  const first = useRef(true);
  useEffect(() => {
    // An untouched form must not wipe the draft it is about to restore.
    if (first.current) {
      first.current = false;
      if (serialized === 'null') return;
    }
    keep(JSON.parse(serialized) as T | null);
  }, [serialized, keep]);
}
