import { Button, FileButton } from '@mantine/core';
import { IconPhotoPlus, IconSearchOff, IconUpload } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/api/me';
import type { MediaFile } from '@/api/types';
import { EmptyState } from '@/ui/EmptyState';
import { ErrorState } from '@/ui/ErrorState';
import { ACCEPT } from './files';
import { MediaGrid, MediaGridSkeleton } from './MediaGrid';
import type { Library } from './useLibrary';

interface Props {
  library: Library;
  /** What the library is narrowed to. */
  words: string;
  onOpen: (file: MediaFile) => void;
  onUpload: (files: File[]) => void;
  chosen?: string[];
}

/** The library in whatever state it is: coming, failed, empty, without a match, or its tiles. */
export function LibraryView({ library, words, onOpen, onUpload, chosen }: Props) {
  const { t } = useTranslation('media');
  const mayWrite = useCan('media.write');
  if (library.loading) return <MediaGridSkeleton />;
  if (library.error) return <ErrorState error={library.error} onRetry={library.retry} />;
  if (library.files.length > 0) return <MediaGrid library={library} onOpen={onOpen} chosen={chosen} />;
  if (words) {
    return (
      <EmptyState icon={<IconSearchOff size={24} stroke={1.6} />} title={t('nothing.title', { words })}>
        {t('nothing.text')}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<IconPhotoPlus size={24} stroke={1.6} />}
      title={t('empty.title')}
      action={mayWrite && <UploadButton onFiles={onUpload} />}
    >
      {t(mayWrite ? 'empty.text' : 'empty.readOnly')}
    </EmptyState>
  );
}

/** Chooses files from the device. */
export function UploadButton({
  onFiles,
  children,
}: {
  onFiles: (files: File[]) => void;
  children?: ReactNode;
}) {
  const { t } = useTranslation('media');
  return (
    <FileButton multiple accept={ACCEPT} onChange={onFiles} inputProps={{ 'aria-label': t('upload') }}>
      {(props) => (
        <Button {...props} leftSection={<IconUpload size={18} stroke={1.6} />}>
          {children ?? t('upload')}
        </Button>
      )}
    </FileButton>
  );
}
