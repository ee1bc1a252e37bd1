import { Button, SegmentedControl, Skeleton } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account, ImportReport } from '@/api/types';
import { FormProblem } from '@/ui/FormProblem';
import classes from './ImportPage.module.css';
import { Row } from './Row';
import rowClasses from './Row.module.css';
import type { Import } from './useImport';

/** Every row with what becomes of it. */
export function Rows({ sheet, accounts }: { sheet: Import; accounts: Account[] }) {
  const { t } = useTranslation('import');
  const [only, setOnly] = useState<'all' | 'toFix'>('all');
  const { report } = sheet;
  const waits = report === null && sheet.checkProblem === null && sheet.sheet.csv.trim() !== '';
  const toFix = (report?.counts.faulty ?? 0) + (report?.counts.left ?? 0);
  const narrowed = only === 'toFix' && toFix > 0;
  const shown =
    report?.rows.filter(({ state }) => !narrowed || state === 'faulty' || state === 'failed') ?? [];

  return (
    <section
      className={classes.part}
      aria-labelledby="import-rows"
      hidden={!report?.rows.length && !waits && !sheet.checkProblem}
    >
      <div className={classes.head}>
        <h2 id="import-rows" className={classes.title}>
          {t('rows.title')}
        </h2>
        {report && toFix > 0 && (
          <SegmentedControl
            size="xs"
            aria-label={t('rows.show')}
            value={only}
            onChange={(value) => setOnly(value as 'all' | 'toFix')}
            data={[
              { value: 'all', label: t('rows.all', { count: report.counts.rows }) },
              { value: 'toFix', label: t('rows.toFix', { count: toFix }) },
            ]}
          />
        )}
      </div>
      <p className={classes.summary} role="status">
        {!sheet.current && !sheet.checkProblem && sheet.sheet.csv.trim() !== ''
          ? t('summary.checking')
          : report && <Summary report={report} />}
      </p>
      {sheet.checkProblem && sheet.checkProblem.slug !== 'idempotency-mismatch' && (
        <div className={classes.failed}>
          <FormProblem problem={sheet.checkProblem} />
          <Button variant="default" onClick={sheet.checkAgain}>
            {t('common:action.retry')}
          </Button>
        </div>
      )}
      {waits && <Skeleton height={152} radius="md" aria-hidden />}
      {shown.length > 0 && (
        <ol className={rowClasses.list} aria-busy={!sheet.current}>
          {shown.map((row) => (
            <Row key={row.line} row={row} accounts={accounts} />
          ))}
        </ol>
      )}
    </section>
  );
}

function Summary({ report: { counts } }: { report: ImportReport }) {
  const { t } = useTranslation('import');
  const { rows: total, faulty, made, scheduled, drafts } = counts;
  if (total === 0) return null;
  return (
    <>
      {faulty > 0 ? (
        t('summary.faulty', { count: faulty, total })
      ) : (
        <>
          {t('summary.rows', { count: total })} {t('summary.timed', { count: scheduled })}{' '}
          {t('summary.drafts', { count: drafts })}
        </>
      )}{' '}
      {made > 0 && t('summary.made', { count: made })}
    </>
  );
}
