import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { asProblem, type Problem } from '@/api/problem';
import type { MediaFile } from '@/api/types';
import { fileQuery, useUpdateFile } from './useFiles';

/** The description of one file while it is being written. */
export interface AltText {
  value: string;
  write: (value: string) => void;
  state: 'saved' | 'changed' | 'saving' | 'failed' | 'stale';
  /** Why it was not saved. */
  problem: Problem | null;
  /** What somebody else wrote meanwhile, when `stale`. */
  theirs: string;
  /** Saves it, if it changed. */
  save: () => Promise<void>;
  /** Gives up the own text for theirs. */
  takeTheirs: () => void;
}

/** Edits a file's description; somebody else's change in between is shown, never overwritten unseen. */
export function useAltText(file: MediaFile): AltText {
  const queries = useQueryClient();
  const update = useUpdateFile();
  const [mine, setMine] = useState<string | null>(null);
  const [base, setBase] = useState(file);
  const [saving, setSaving] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const value = mine ?? file.alt;

  // Until something is typed here, a newer version simply replaces what is shown.
  useEffect(() => {
    if (mine === null) setBase(file);
  }, [mine, file]);

  const settle = () => {
    setMine(null);
    setProblem(null);
  };

  const save = async () => {
    if (mine === null || saving) return;
    if (mine.trim() === base.alt) return settle();
    setSaving(true);
    try {
      setBase(await update(base, { alt: mine.trim() }));
      settle();
    } catch (thrown) {
      const failed = asProblem(thrown);
      setProblem(failed);
      if (failed.slug === 'stale-version')
        setBase(await queries.fetchQuery({ ...fileQuery(file.id), staleTime: 0 }));
    } finally {
      setSaving(false);
    }
  };

  const stale = problem?.slug === 'stale-version';
  return {
    value,
    write: (text) => {
      setMine(text);
      if (!stale) setProblem(null);
    },
    state: saving ? 'saving' : stale ? 'stale' : problem ? 'failed' : mine !== null ? 'changed' : 'saved',
    problem,
    theirs: base.alt,
    save,
    takeTheirs: settle,
  };
}
