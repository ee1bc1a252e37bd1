import {
  IconAlertCircle,
  IconCircleCheck,
  IconCircleX,
  IconClockPause,
  IconInfoCircle,
  IconPaperclip,
  IconPencilExclamation,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account, FieldProblem, ImportRow } from '@/api/types';
import { atHandle } from '@/parts/accountName';
import { settingLabel } from '@/parts/settingWords';
import { PlatformBadge } from '@/ui/PlatformBadge';
import pill from '@/ui/StatusPill.module.css';
import { TimeText } from '@/ui/TimeText';
import { columnNamed } from './columns';
import { fieldOf, settingOf } from './problems';
import classes from './Row.module.css';

const LOOKS = {
  ready: ['accent', IconCircleCheck],
  faulty: ['bad', IconPencilExclamation],
  made: ['good', IconCircleCheck],
  failed: ['bad', IconCircleX],
  waiting: ['warn', IconClockPause],
} as const;
const TIMES = ['date', 'time', 'when', 'zone'];

/** One row of the sheet: what it says, where and when it goes, how it stands and what is wrong with it. */
export const Row = memo(function Row({ row, accounts }: { row: ImportRow; accounts: Account[] }) {
  const { t } = useTranslation('import');
  const [tone, Icon] = LOOKS[row.state];
  const timeFaulty = row.problems.some(
    (problem) => problem.severity === 'error' && TIMES.includes(fieldOf(problem)),
  );
  const line = t('rows.line', { line: row.line });
  const described = row.alts.slice(0, row.media.length).filter(Boolean).length;
  return (
    <li className={classes.row} data-state={row.state} aria-label={`${line}: ${t(`state.${row.state}`)}`}>
      <span className={classes.line}>{line}</span>
      <div className={classes.words}>
        <p className={classes.excerpt} data-empty={!row.excerpt || undefined} dir="auto">
          {row.excerpt || t('rows.noText')}
        </p>
        <ul className={classes.accounts} aria-label={t('rows.accounts')}>
          {row.accounts.length === 0 && <li className={classes.quiet}>{t('rows.noAccount')}</li>}
          {row.accounts.map((id) => {
            const account = accounts.find((each) => each.id === id);
            return account ? (
              <li key={id}>
                <PlatformBadge platform={account.platform} size={16} />
                <span className={classes.account} dir="auto">
                  {atHandle(account) || account.name}
                </span>
              </li>
            ) : null;
          })}
          {row.media.length > 0 && (
            <li>
              <IconPaperclip size={15} stroke={1.6} aria-hidden />
              {t('rows.files', { count: row.media.length })}
              {described > 0 && `, ${t('rows.described', { count: described })}`}
            </li>
          )}
        </ul>
        <SettingsSaid form={row.form} settings={row.settings} />
      </div>
      <div className={classes.when}>
        {row.schedule ? (
          <TimeText at={row.schedule.at} zone={row.schedule.zone} />
        ) : (
          <span className={classes.quiet}>{t(timeFaulty ? 'rows.timeFaulty' : 'rows.draft')}</span>
        )}
      </div>
      <div className={classes.state}>
        <span className={pill.pill} data-tone={tone}>
          <Icon size={14} stroke={2} aria-hidden />
          {t(`state.${row.state}`)}
        </span>
        {row.post_id && (
          <Link to="/posts/$postId" params={{ postId: row.post_id }} className={classes.open}>
            {t('rows.open')}
          </Link>
        )}
      </div>
      <Problems problems={row.problems} accounts={accounts} />
    </li>
  );
});

/** What the row says of its form and of networks' own settings, as it is written. */
function SettingsSaid({ form, settings }: Pick<ImportRow, 'form' | 'settings'>) {
  const { t } = useTranslation(['import', 'networks']);
  const said = Object.entries(settings).flatMap(([name, cell]) => {
    const column = columnNamed(name);
    return column ? [{ column, cell }] : [];
  });
  if (form === '' && said.length === 0) return null;
  return (
    <dl className={classes.settings} aria-label={t('rows.settings')}>
      {form !== '' && (
        <div>
          <dt>{t('field.form')}</dt>
          <dd dir="auto">{form}</dd>
        </div>
      )}
      {said.map(({ column: { name, platform, rule }, cell }) => (
        <div key={name}>
          <dt>
            <PlatformBadge platform={platform} size={16} /> {settingLabel(platform, rule.name)}
          </dt>
          <dd dir="auto">{cell}</dd>
        </div>
      ))}
    </dl>
  );
}

function Problems({ problems, accounts }: { problems: FieldProblem[]; accounts: Account[] }) {
  const { t } = useTranslation(['import', 'networks']);
  if (problems.length === 0) return null;
  const worst = [...problems].sort((a, b) => a.severity.localeCompare(b.severity));
  return (
    <ul className={classes.problems} aria-label={t('rows.problems')}>
      {worst.map((problem) => {
        const { code, pointer, severity, detail, fix, account_id } = problem;
        const Icon = severity === 'error' ? IconAlertCircle : IconInfoCircle;
        const setting = settingOf(problem, accounts);
        const platform = setting?.platform ?? accounts.find(({ id }) => id === account_id)?.platform;
        return (
          <li key={`${pointer} ${code} ${account_id} ${detail}`} data-severity={severity}>
            <Icon
              size={18}
              stroke={1.8}
              role="img"
              aria-label={t(severity === 'error' ? 'rows.fix' : 'rows.note')}
            />
            <span className={classes.said}>
              <span className={classes.field}>
                {setting ? settingLabel(setting.platform, setting.rule.name) : t(`field.${fieldOf(problem)}`)}
                {platform && ` · ${t(`common:platform.${platform}`)}`}:
              </span>{' '}
              <span className={classes.detail}>{detail}</span> {fix}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
