import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/api/me';
import { DropTarget } from '@/parts/DropTarget';
import { LibrarySearch } from '@/parts/LibrarySearch';
import { LibraryView, UploadButton } from '@/parts/LibraryView';
import { UploadList } from '@/parts/UploadList';
import { useLibrary } from '@/parts/useLibrary';
import { useUploads } from '@/parts/useUploads';
import { PageHeader } from '@/ui/PageHeader';
import { FileDetails } from './FileDetails';
import classes from './MediaPage.module.css';

/** The media library: find, upload, describe and delete files. */
export default function MediaPage() {
  const { t } = useTranslation('media');
  const mayWrite = useCan('media.write');
  const [words, setWords] = useState('');
  const [asked] = useDebouncedValue(words, 250);
  const [open, setOpen] = useState<string | null>(null);
  const library = useLibrary(asked.trim());
  const uploads = useUploads();
  const add = (files: File[]) => uploads.queue.add(files);
  const isEmpty = !library.loading && library.files.length === 0 && !asked;

  return (
    <>
      <PageHeader
        title={t('title')}
        lead={t('lead')}
        actions={mayWrite && !isEmpty && <UploadButton onFiles={add} />}
      />
      {!isEmpty && (
        <div className={classes.tools}>
          <LibrarySearch words={words} onChange={setWords} />
        </div>
      )}
      <UploadList uploads={uploads} />
      <LibraryView library={library} words={asked} onOpen={(file) => setOpen(file.id)} onUpload={add} />
      {mayWrite && <DropTarget active={open === null} onFiles={add} />}
      {open && <FileDetails key={open} id={open} onClose={() => setOpen(null)} />}
    </>
  );
}
