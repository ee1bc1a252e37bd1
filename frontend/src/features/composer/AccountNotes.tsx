import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Account } from '@/api/types';
import { shortName } from '@/parts/accountName';
import { FindingList } from './FindingList';
import type { Finding } from './findings';

/** What is wrong with the choice of accounts, or with a chosen one. */
export function AccountNotes({ chosen, findings }: { chosen: Account[]; findings: Finding[] }) {
  const { t } = useTranslation('composer');
  const about = findings.filter(({ field }) => field === 'accounts');
  const said = new Set(about.flatMap(({ accounts }) => accounts));
  const ill = chosen.filter(({ id, status }) => status !== 'healthy' && !said.has(id));
  if (about.length === 0 && ill.length === 0) return null;
  return (
    <div style={{ marginTop: 12 }}>
      <FindingList findings={about} accounts={chosen} />
      {ill.length > 0 && (
        <p style={{ margin: 0, fontSize: 'var(--mantine-font-size-sm)' }}>
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
