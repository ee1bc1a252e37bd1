import { useEffect, useRef } from 'react';
import { client } from '@/api/client';
import type { ImportReport } from '@/api/types';

/** Cells that name a board, or whatever else only the network knows, and are not understood. */
const NOT_KNOWN = ['choices-unknown', 'setting-choice'];

/**
 * Sheets name boards as they were last known. Where one is not known, its account's network is asked, once, and the rows
 * are looked at again.
 */
export function useFreshChoices(report: ImportReport | undefined, lookAgain: () => void): void {
  const asked = useRef(new Set<string>());
  const again = useRef(lookAgain);
  again.current = lookAgain;
  useEffect(() => {
    const problems = report?.rows.flatMap((row) => row.problems) ?? [];
    const unknown = problems.flatMap(({ code, account_id }) =>
      NOT_KNOWN.includes(code) && account_id ? [account_id] : [],
    );
    const fresh = [...new Set(unknown)].filter((id) => !asked.current.has(id));
    if (fresh.length === 0) return;
    for (const id of fresh) asked.current.add(id);
    const ask = (id: string) => client.GET('/api/accounts/{id}/offers', { params: { path: { id } } });
    // A network that does not answer leaves the problem as it is told.
    void Promise.allSettled(fresh.map(ask)).then((answers) => {
      if (answers.some(({ status }) => status === 'fulfilled')) again.current();
    });
  }, [report]);
}
