import { CloseButton, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

interface Props {
  words: string;
  onChange: (words: string) => void;
}

/** Narrows the library to some words. */
export function LibrarySearch({ words, onChange }: Props) {
  const { t } = useTranslation('media');
  return (
    <TextInput
      type="search"
      aria-label={t('searchLabel')}
      placeholder={t('search')}
      leftSection={<IconSearch size={18} stroke={1.6} />}
      rightSection={words ? <CloseButton aria-label={t('searchClear')} onClick={() => onChange('')} /> : null}
      value={words}
      onChange={(event) => onChange(event.currentTarget.value)}
      style={{ flex: '1 1 240px', maxWidth: 420 }}
    />
  );
}
