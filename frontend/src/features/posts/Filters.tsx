import { NativeSelect, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account, PostStatus } from '@/api/types';
import { atHandle } from '@/parts/accountName';
import classes from './Filters.module.css';
import type { ListFilter } from './usePostList';

const STATUSES: PostStatus[] = [
  'draft',
  'scheduled',
  'publishing',
  'published',
  'partial',
  'failed',
  'attention',
];
const TYPING_MS = 250;

interface Props {
  filter: ListFilter;
  accounts: Account[];
  onChange: (filter: ListFilter) => void;
}

/** Narrows the list; what is chosen lives in the address. */
export function Filters({ filter, accounts, onChange }: Props) {
  const { t } = useTranslation('posts');
  const [words, setWords] = useState(filter.q ?? '');
  // "Show all posts" and the back button change the address past this field.
  useEffect(() => setWords(filter.q ?? ''), [filter.q]);
  useEffect(() => {
    if (words === (filter.q ?? '')) return;
    const timer = setTimeout(() => onChange({ ...filter, q: words || undefined }), TYPING_MS);
    return () => clearTimeout(timer);
  }, [words, filter, onChange]);

  return (
    <search className={classes.filters} aria-label={t('filter.label')}>
      <TextInput
        type="search"
        className={classes.text}
        aria-label={t('filter.text')}
        placeholder={t('filter.textPlaceholder')}
        leftSection={<IconSearch size={16} stroke={1.8} aria-hidden />}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
      />
      <NativeSelect
        aria-label={t('filter.status')}
        value={filter.status ?? ''}
        onChange={(event) =>
          onChange({ ...filter, status: (event.currentTarget.value || undefined) as PostStatus | undefined })
        }
        data={[
          { value: '', label: t('filter.anyStatus') },
          ...STATUSES.map((status) => ({ value: status, label: t(`status.${status}`, { ns: 'common' }) })),
        ]}
      />
      <NativeSelect
        aria-label={t('filter.account')}
        value={filter.account ?? ''}
        onChange={(event) => onChange({ ...filter, account: event.currentTarget.value || undefined })}
        data={[
          { value: '', label: t('filter.anyAccount') },
          ...accounts.map((account) => ({
            value: account.id,
            label: `${t(`platform.${account.platform}`, { ns: 'common' })} · ${atHandle(account)}`,
          })),
        ]}
      />
    </search>
  );
}
