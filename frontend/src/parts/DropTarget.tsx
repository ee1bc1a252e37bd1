import '@mantine/dropzone/styles.layer.css';
import { Dropzone } from '@mantine/dropzone';
import { IconPhotoDown } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './DropTarget.module.css';
import { filesOf } from './files';

/** Takes files that are dropped anywhere on the page or pasted; wrong ones too, so that each can say what is wrong. */
export function DropTarget({
  active = true,
  onFiles,
}: {
  active?: boolean;
  onFiles: (files: File[]) => void;
}) {
  const { t } = useTranslation('media');
  usePastedFiles(active, onFiles);
  return (
    <Dropzone.FullScreen
      active={active}
      multiple
      onDrop={onFiles}
      className={classes.zone}
      withinPortal={false}
      inputProps={{ 'aria-hidden': true }}
    >
      <div className={classes.words}>
        <IconPhotoDown size={48} stroke={1.3} aria-hidden />
        <p className={classes.title}>{t('drop')}</p>
        <p className={classes.hint}>{t('dropHint')}</p>
      </div>
    </Dropzone.FullScreen>
  );
}

/** Files on the clipboard, wherever the focus is; pasted text goes its usual way. */
function usePastedFiles(active: boolean, onFiles: (files: File[]) => void): void {
  const latest = useRef(onFiles);
  useEffect(() => {
    latest.current = onFiles;
  });
  useEffect(() => {
    if (!active) return;
    const paste = (event: ClipboardEvent) => {
      const files = filesOf(event.clipboardData);
      // A copied spreadsheet or web page brings a picture along; the text is what is meant.
      if (files.length === 0 || event.clipboardData?.types.includes('text/plain')) return;
      event.preventDefault();
      latest.current(files);
    };
    document.addEventListener('paste', paste);
    return () => document.removeEventListener('paste', paste);
  }, [active]);
}
