import { Alert, Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Account } from '@/api/types';
import { FormProblem } from '@/ui/FormProblem';
import { bringIntoSight } from './bringIntoSight';
import { FindingList } from './FindingList';
import classes from './Trouble.module.css';
import type { Composer } from './useComposer';
import type { Blocked } from './useSending';
import { isAboutTime } from './WhenPanel';

interface Props {
  composer: Composer;
  /** The chosen accounts. */
  chosen: Account[];
  /** Why the last press did nothing. */
  blocked: Blocked | null;
  onAsNew: () => void;
}

/** Why the last press did not do what it says. */
export function Trouble({ composer, blocked, chosen, onAsNew }: Props) {
  const { t } = useTranslation('composer');
  const { problem, scheduled, dirty, busy } = composer;
  if (blocked) {
    const errors = blocked.findings.filter(({ severity }) => severity === 'error');
    if (blocked.missing.length + errors.length === 0) return null;
    return (
      <div className={classes.trouble} ref={bringIntoSight}>
        <Alert color="brick" variant="light" role="alert" title={t('findings.blocked')}>
          {blocked.missing.map((words) => (
            <p key={words} className={classes.missing}>
              {words}
            </p>
          ))}
          <FindingList findings={errors} accounts={chosen} />
        </Alert>
      </div>
    );
  }
  if (!problem || (isAboutTime(problem) && !dirty)) return null;
  const gone = dirty && (problem.slug === 'conflict' || problem.slug === 'not-found');
  return (
    <div className={classes.trouble} ref={bringIntoSight}>
      <p className={classes.what}>
        {t(dirty ? 'trouble.notSaved' : scheduled ? 'trouble.savedChanges' : 'trouble.savedOnly')}
      </p>
      <FormProblem problem={problem} />
      {gone && (
        <Button size="compact-sm" mt="xs" loading={busy === 'save'} onClick={onAsNew}>
          {t('trouble.asNew')}
        </Button>
      )}
    </div>
  );
}
