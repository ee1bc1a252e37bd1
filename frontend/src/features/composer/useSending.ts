import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account, Post } from '@/api/types';
import { filesSettled } from '@/parts/useFiles';
import { notifyDone } from '@/shell/notify';
import { formatTime, zoneCity } from '@/ui/time';
import { type Finding, hasErrors } from './findings';
import { handOver } from './handover';
import type { Action, Outcome } from './submit';
import type { Composer } from './useComposer';
import type { Checks } from './useValidation';
import type { Verdict, When } from './when';

interface Situation {
  composer: Composer;
  /** The chosen accounts. */
  chosen: Account[];
  verdict: Verdict;
  checks: Checks;
}

const GOES_OUT: readonly Action[] = ['schedule', 'queue', 'publish'];

/** What keeps a post from going out, before it is even sent. */
export interface Blocked {
  missing: string[];
  findings: Finding[];
}

/** What the buttons do: check, save, go on to where the result can be seen. */
export function useSending({ composer, chosen, verdict, checks }: Situation) {
  const { t } = useTranslation('composer');
  const navigate = useNavigate();
  const [tried, setTried] = useState<Action | 'repeat' | null>(null);

  const missingFor = (action: Action | 'repeat'): string[] => [
    ...(chosen.length === 0 ? [t('findings.noAccounts')] : []),
    ...(action === 'queue' && !chosen.some(({ id }) => id === composer.slotOf) ? [t('findings.noSlot')] : []),
    ...(action === 'schedule' && verdict.state !== 'ok'
      ? [t(verdict.state === 'incomplete' ? 'findings.noTime' : 'findings.badTime')]
      : []),
  ];

  const refuses = (action: Action | 'repeat') =>
    missingFor(action).length > 0 || (checks.current && hasErrors(checks.findings));

  const doneWords = (action: Action, { schedule }: Post) => {
    if ((action !== 'schedule' && action !== 'queue') || !schedule)
      return t(action === 'publish' ? 'done.publish' : 'done.changes');
    return t('done.schedule', {
      when: formatTime(schedule.at, schedule.zone),
      city: zoneCity(schedule.zone),
    });
  };

  const finish = async (action: Action, at: When, outcome: Outcome | null) => {
    if (!outcome) return;
    const { post, problem } = outcome;
    const params = { postId: post.id };
    const goesOut = GOES_OUT.includes(action);
    if (!problem && (goesOut || (action === 'save' && post.status === 'scheduled'))) {
      notifyDone(doneWords(action, post));
      return navigate({ to: '/posts/$postId', params });
    }
    if (composer.post?.id === post.id) return;
    // A new post has an address of its own now; what did not work comes along.
    const state = { handover: handOver(at, problem) };
    await navigate({ to: '/posts/$postId/edit', params, replace: true, resetScroll: false, state });
  };

  const act = async (action: Action, at: When = composer.when) => {
    const goesOut = GOES_OUT.includes(action);
    // A choice that the server offered is a time of its own, whatever the fields still say.
    const blocked = goesOut && refuses(action) && at === composer.when;
    setTried(blocked ? action : null);
    if (blocked) return;
    // A description left a moment ago belongs to the post: a post keeps a copy of its files' facts.
    await filesSettled();
    await finish(action, at, await composer.run(action, at));
  };

  const repeat = async () => {
    const blocked = refuses('repeat');
    setTried(blocked ? 'repeat' : null);
    if (blocked) return;
    await filesSettled();
    const series = await composer.repeat();
    if (!series) return;
    notifyDone(t(composer.series ? 'done.series' : 'done.repeat'));
    await navigate({ to: '/series/$seriesId', params: { seriesId: series.id } });
  };

  const blocked: Blocked | null = tried && { missing: missingFor(tried), findings: checks.findings };
  return {
    act,
    /** Whether a press would only tell what is to be put right first. */
    refuses,
    /** Starts a series. */
    repeat,
    /** Why the last press did nothing; shrinks while things are put right. */
    blocked,
    saveAsNew: async () => finish('save', composer.when, await composer.runAsNew()),
    overwrite: async (theirs: Post, action: Action) =>
      finish(action, composer.when, await composer.overwrite(theirs, action)),
  };
}
