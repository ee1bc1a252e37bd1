import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Account } from '@/api/types';
import { shortName } from '@/parts/accountName';
import classes from './AccountNotes.module.css';
import { FindingList } from './FindingList';
import type { Finding } from './findings';

interface Props {
  chosen: Account[];
  /** How many accounts the post was for that are not connected any more. */
  gone: number;
  findings: Finding[];
}

/** What is wrong with the choice of accounts, or with a chosen one. */
export function AccountNotes({ chosen, gone, findings }: Props) {
  const { t } = useTranslation('composer');
  const about = findings.filter(({ field }) => field === 'accounts');
  const said = new Set(about.flatMap(({ accounts }) => accounts));
  const ill = chosen.filter(({ id, status }) => status !== 'healthy' && !said.has(id));
  if (about.length === 0 && ill.length === 0 && gone === 0) return null;
  return (
    <div className={classes.notes}>
      <FindingList findings={about} accounts={chosen} />
      {gone > 0 && <p className={classes.note}>{t('accounts.gone', { count: gone })}</p>}
      {ill.length > 0 && (
        <p className={classes.note}>
          {t('accounts.unhealthy', {
            count: ill.length,
            names: ill.map((account) => shortName(account, chosen)).join(', '),
          })}{' '}
          <Anchor component={Link} to="/accounts" inherit underline="always">
            {t('accounts.fix')}
          </Anchor>
        </p>
      )}
    </div>
  );
}
