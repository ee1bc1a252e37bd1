import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { client, idempotencyKey } from '@/api/client';
import { useOrg } from '@/api/me';
import type { ImportReport } from '@/api/types';
import { useDraft, useKeptDraft } from '@/ui/draft';
import { useFreshChoices } from './useFreshChoices';

const DELAY_MS = 400;

/** What is unsent: it survives reloads, errors and an ended sign-in. */
interface Kept {
  csv: string;
  /** The file's name; null for what was pasted. */
  name: string | null;
  zone: string;
  accounts: string[];
  /** Under this key each row is made once. It stays until everything is made. */
  key: string;
  /** An import was begun, so some rows may be made. */
  begun: boolean;
}

async function ask({ csv, zone, accounts, key, begun }: Kept, dryRun: boolean, signal?: AbortSignal) {
  const { data } = await client.POST('/api/posts/import', {
    body: { csv, zone, accounts, dry_run: dryRun },
    params: { header: dryRun && !begun ? {} : { 'Idempotency-Key': key } },
    signal,
  });
  return data as ImportReport;
}

const isDone = (report: ImportReport | null) =>
  report !== null && report.counts.rows > 0 && report.counts.made === report.counts.rows;

/** A sheet from being chosen to all of its posts being made. */
export function useImport() {
  const org = useOrg();
  const queries = useQueryClient();
  const draft = useDraft<Kept>('posts.import');
  const fresh = useCallback(
    (): Kept => ({
      csv: '',
      name: null,
      zone: org.zone,
      accounts: [],
      key: idempotencyKey(),
      begun: false,
    }),
    [org.zone],
  );
  const [kept, setKept] = useState(() => draft.restored ?? fresh());
  const [made, setMade] = useState(0);
  const unsent = kept.csv === '' && kept.accounts.length === 0 ? null : kept;
  useKeptDraft(draft, unsent);

  const [settled] = useDebouncedValue(kept, DELAY_MS);
  const asked = useMemo(() => {
    const { csv, zone, accounts, key } = settled;
    return { csv, zone, accounts, key };
  }, [settled]);
  const run = useMutation({
    meta: { handlesError: true },
    mutationFn: async (sheet: Kept) => {
      setMade(0);
      // What the time of one request did not reach waits for the next one.
      for (let left = Number.POSITIVE_INFINITY; ; ) {
        const report = await ask(sheet, false);
        setMade(report.counts.made);
        const waiting = report.rows.some(({ state }) => state === 'waiting');
        if (!waiting || report.counts.left >= left) return report;
        left = report.counts.left;
      }
    },
    // It may have been made all the same, all or in part.
    onError: () => void check.refetch(),
    onSettled: () => queries.invalidateQueries({ queryKey: ['get', '/api/posts'] }),
  });

  const check = useQuery({
    queryKey: ['import', 'dry-run', asked],
    // Only once an import was begun is there anything to find under its key.
    queryFn: ({ signal }) => ask({ ...settled, begun: kept.begun }, true, signal),
    enabled: settled.csv.trim() !== '' && !run.isPending,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    gcTime: 60_000,
    retry: false,
  });

  useFreshChoices(check.data, () => void check.refetch());

  const change = (next: Partial<Kept>) => {
    if (run.isPending) return;
    run.reset();
    setKept((now) => ({ ...now, ...next }));
  };
  const outcome = run.data ?? null;
  const current =
    outcome !== null || (settled === kept && !check.isPlaceholderData && check.data !== undefined);
  const report = kept.csv.trim() === '' ? null : (outcome ?? check.data ?? null);
  // A dry run finds it too, where the answer of the import itself was lost.
  const done = current && !run.isPending && isDone(report);
  const { clear } = draft;
  useEffect(() => {
    if (done) clear();
  }, [done, clear]);
  return {
    sheet: kept,
    restored: draft.restored !== null && draft.restored.csv === kept.csv && kept.csv !== '',
    change,
    /** What becomes of the rows: after an import what it answered, before it the dry run. */
    report,
    /** The report is about exactly what is written now. */
    current,
    checkProblem: check.isError ? check.error : null,
    checkAgain: () => void check.refetch(),
    /** Every row is made. */
    done,
    /** An import ended, and not every row is made. */
    unfinished: outcome !== null && !done,
    running: run.isPending,
    made,
    problem: run.error,
    start: () => {
      const sheet = { ...kept, begun: true };
      setKept(sheet);
      run.mutate(sheet);
    },
    /** A new import of what is written: every row is made again. */
    startNew: () => change({ key: idempotencyKey(), begun: false }),
    clear: () => {
      run.reset();
      draft.clear();
      setKept(fresh());
    },
  };
}

export type Import = ReturnType<typeof useImport>;
