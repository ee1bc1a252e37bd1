import { Button, Progress } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { FormProblem } from '@/ui/FormProblem';
import { StickyBar } from '@/ui/StickyBar';
import classes from './ActionBar.module.css';
import type { Import } from './useImport';

/** What the import will do, why it cannot be done yet, and the button; always in sight once there is a sheet. */
export function ActionBar({ sheet }: { sheet: Import }) {
  const { t } = useTranslation('import');
  const { report, running, problem, unfinished } = sheet;
  if (sheet.sheet.csv.trim() === '') return null;
  const counts = report?.counts;
  const rest = (counts?.ready ?? 0) + (counts?.left ?? 0);
  const mismatch = [problem, sheet.checkProblem].some((each) => each?.slug === 'idempotency-mismatch');
  const reason = () => {
    if (counts && counts.faulty > 0) return t('do.whyFaulty', { count: counts.faulty });
    if (!counts && sheet.checkProblem) return t('do.whyUnchecked');
    if (!sheet.current) return t('do.whyChecking');
    if (!counts || rest === 0) return t('do.whySheet');
    return null;
  };
  const why = reason();
  const again = unfinished || (counts?.made ?? 0) > 0 || sheet.sheet.begun;
  const total = counts?.rows ?? 0;

  return (
    <StickyBar>
      <div role="alert" className={classes.trouble}>
        {mismatch ? (
          <p>
            {t('trouble.mismatch')}{' '}
            <Button variant="default" size="compact-sm" onClick={sheet.startNew}>
              {t('trouble.startNew')}
            </Button>
          </p>
        ) : (
          <>
            {problem && problem.status === 0 && <p>{t('trouble.offline')}</p>}
            {unfinished && counts && counts.left > 0 && <p>{t('trouble.left', { count: counts.left })}</p>}
          </>
        )}
      </div>
      {!mismatch && problem && problem.status !== 0 && <FormProblem problem={problem} />}
      {running && (
        <Progress
          value={total === 0 ? 0 : (100 * sheet.made) / total}
          aria-label={t('do.progress', { made: sheet.made, total })}
          size="sm"
          animated
        />
      )}
      <div className={classes.row}>
        <p id="import-why" className={classes.note} role="status">
          {running
            ? t('do.progress', { made: sheet.made, total })
            : (why ??
              (counts && !again && (
                <>
                  {t('do.willSchedule', { count: counts.scheduled })}{' '}
                  {t('do.willDraft', { count: counts.drafts })}
                </>
              )))}
        </p>
        <Button
          className={classes.primary}
          loading={running}
          disabled={why !== null || mismatch}
          aria-describedby="import-why"
          onClick={sheet.start}
        >
          {t(again && (counts?.made ?? 0) > 0 ? 'do.rest' : 'do.import', { count: rest })}
        </Button>
      </div>
    </StickyBar>
  );
}
