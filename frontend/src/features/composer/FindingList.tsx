import { IconAlertCircle, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account } from '@/api/types';
import { PlatformBadge } from '@/ui/PlatformBadge';
import classes from './FindingList.module.css';
import type { Finding } from './findings';

interface Props {
  findings: Finding[];
  accounts: Account[];
  /** What can be done about one at once. */
  remedy?: (finding: Finding) => ReactNode;
}

/** What the networks would say, each with what to do. Read out when it changes, without taking the focus. */
export function FindingList({ findings, accounts, remedy }: Props) {
  const { t } = useTranslation('composer');
  return (
    <ul
      className={classes.list}
      aria-label={t('findings.label')}
      aria-live="polite"
      hidden={findings.length === 0}
    >
      {findings.map((finding) => (
        <li key={finding.key} className={classes.item} data-severity={finding.severity}>
          {finding.severity === 'error' ? (
            <IconAlertCircle size={18} stroke={1.8} aria-label={t('findings.error')} role="img" />
          ) : (
            <IconInfoCircle size={18} stroke={1.8} aria-label={t('findings.warning')} role="img" />
          )}
          <div className={classes.words}>
            <span className={classes.detail}>{finding.detail}</span> {finding.fix}
            {remedy?.(finding)}
          </div>
          <span className={classes.marks}>
            {accounts
              .filter(({ id }) => finding.accounts.includes(id))
              .map(({ id, platform }) => (
                <PlatformBadge key={id} platform={platform} size={16} />
              ))}
          </span>
        </li>
      ))}
    </ul>
  );
}
