import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData } from '@tanstack/react-query';
import { api } from '@/api/client';
import type { RepeatRule } from '@/api/types';

/** What the server makes of a rule, a moment after the last change: its next dates, or what is wrong with it. */
export function useOutlook(rule: RepeatRule) {
  const [settled] = useDebouncedValue(rule, 250);
  const query = api.useQuery(
    'post',
    '/api/series/preview',
    { body: { rule: settled } },
    { placeholderData: keepPreviousData, staleTime: 60_000, retry: false, meta: { handlesError: true } },
  );
  return { ...query, settled: settled === rule && !query.isPlaceholderData };
}
