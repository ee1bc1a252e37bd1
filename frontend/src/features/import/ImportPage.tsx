import { Button, Skeleton } from '@mantine/core';
import { IconArrowLeft, IconDownload, IconTableOff } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useCan } from '@/api/me';
import type { Account } from '@/api/types';
import back from '@/ui/BackLink.module.css';
import { EmptyState } from '@/ui/EmptyState';
import { ErrorState } from '@/ui/ErrorState';
import { PageHeader } from '@/ui/PageHeader';
import { ActionBar } from './ActionBar';
import { Done } from './Done';
import classes from './ImportPage.module.css';
import { Rows } from './Rows';
import { SheetInput } from './SheetInput';
import { template } from './sheet';
import { Usual } from './Usual';
import { useImport } from './useImport';

/** Posts from a spreadsheet: choose a sheet, see what becomes of each row, import it. */
export default function ImportPage() {
  const { t } = useTranslation('import');
  const mayWrite = useCan('posts.write');
  const accounts = api.useQuery('get', '/api/accounts', {}, { enabled: mayWrite });
  const connected = accounts.data?.items.filter(({ status }) => status !== 'disconnected');

  return (
    <div className={classes.page}>
      <Link to="/posts" className={back.back}>
        <IconArrowLeft size={16} stroke={1.6} aria-hidden /> {t('back')}
      </Link>
      <PageHeader
        title={t('title')}
        lead={t('lead')}
        actions={mayWrite && connected && <Template accounts={connected} />}
      />
      {!mayWrite && (
        <EmptyState icon={<IconTableOff size={24} stroke={1.6} />} title={t('forbidden.title')}>
          {t('forbidden.text')}
        </EmptyState>
      )}
      {mayWrite && accounts.isError && !accounts.data && (
        <ErrorState error={accounts.error} onRetry={() => void accounts.refetch()} />
      )}
      {mayWrite && accounts.isPending && <Skeleton height={420} radius="md" aria-hidden />}
      {mayWrite && connected && <Body accounts={connected} />}
    </div>
  );
}

function Template({ accounts }: { accounts: Account[] }) {
  const { t } = useTranslation('import');
  const csv = template(accounts, new Date());
  return (
    <Button
      component="a"
      variant="default"
      href={`data:text/csv;charset=utf-8,${encodeURIComponent(csv)}`}
      download="posts.csv"
      leftSection={<IconDownload size={18} stroke={1.6} aria-hidden />}
    >
      {t('template')}
    </Button>
  );
}

function Body({ accounts }: { accounts: Account[] }) {
  const sheet = useImport();
  if (sheet.done && sheet.report) return <Done report={sheet.report} onAnother={sheet.clear} />;
  return (
    <>
      <SheetInput sheet={sheet} accounts={accounts} />
      <Usual sheet={sheet} accounts={accounts} />
      <Rows sheet={sheet} accounts={accounts} />
      <ActionBar sheet={sheet} />
    </>
  );
}
