import { Problem } from '@/api/problem';
import type { TimeChoice } from '@/api/types';
import type { When } from './when';

/**
 * What goes along when a new post was saved but could not be scheduled or published, and the composer goes on at the
 * post's own address: plain data, because the browser's history keeps it.
 */
export interface Handover {
  when: When;
  problem: { type: string; status: number; title: string; detail: string; choices: TimeChoice[] } | null;
}

declare module '@tanstack/react-router' {
  interface HistoryState {
    handover?: Handover;
  }
}

/** What the next composer needs to know. */
export function handOver(when: When, problem: Problem | null): Handover {
  if (!problem) return { when, problem: null };
  const { slug, status, title, detail, choices } = problem;
  return { when, problem: { type: slug, status, title, detail, choices } };
}

/** The problem that came along. */
export function handedOver(problem: Handover['problem']): Problem | null {
  return problem && new Problem(problem);
}
