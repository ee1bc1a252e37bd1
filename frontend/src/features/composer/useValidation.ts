import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { client } from '@/api/client';
import type { Validation } from '@/api/types';
import type { Input } from './composition';
import { type Finding, findings } from './findings';

const DELAY_MS = 400;

/** What the dry run says of a text that was just typed. */
export interface Checks {
  findings: Finding[];
  /** The answer is about exactly what is written now. */
  current: boolean;
  /** The dry run cannot be reached; counters go on without it. */
  failed: boolean;
}

/** A post that goes nowhere or says nothing yet breaks rules that nobody needs to hear of before they wrote. */
function isWorthAsking({ text, media, targets }: Input): boolean {
  const says = text !== '' || media.length > 0 || targets.some((each) => each.text || each.media?.length);
  return targets.length > 0 && says;
}

/**
 * Asks the server, a moment after the last key, what each network would say. `facts` changes when something that the
 * server knows by itself did: a file's description, say.
 */
export function useValidation(input: Input, facts: string): Checks {
  const asked = useMemo(() => ({ input, facts }), [input, facts]);
  const [settled] = useDebouncedValue(asked, DELAY_MS);
  const { data, isError, isPlaceholderData } = useQuery({
    queryKey: ['composer', 'validate', settled],
    queryFn: async ({ signal }) => {
      const { data: answer } = await client.POST('/api/posts/validate', { body: settled.input, signal });
      return findings((answer as Validation).problems, settled.input);
    },
    enabled: isWorthAsking(settled.input),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    gcTime: 60_000,
    retry: false,
  });
  return {
    findings: isWorthAsking(input) ? (data ?? []) : [],
    current: settled === asked && !isPlaceholderData && data !== undefined,
    failed: isError,
  };
}
