import { Button, Group, Modal } from '@mantine/core';
import { useDebouncedValue, useMediaQuery } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DropTarget } from './DropTarget';
import { LibrarySearch } from './LibrarySearch';
import { LibraryView, UploadButton } from './LibraryView';
import classes from './MediaPicker.module.css';
import { UploadList } from './UploadList';
import { useLibrary } from './useLibrary';
import { useUploads } from './useUploads';

interface Props {
  opened: boolean;
  /** Files that are attached already: shown as chosen, in their order. */
  attached: string[];
  /** Whether a single picture is wanted. */
  one?: boolean;
  /** Whether subtitles are wanted. */
  subtitles?: boolean;
  onPick: (ids: string[]) => void;
  onClose: () => void;
}

/** Chooses files of the library, in order; what is uploaded here is chosen at once. */
export default function MediaPicker({
  opened,
  attached,
  one = false,
  subtitles = false,
  onPick,
  onClose,
}: Props) {
  const { t } = useTranslation('media');
  const phone = useMediaQuery('(max-width: 48em)');
  const [words, setWords] = useState('');
  const [asked] = useDebouncedValue(words, 250);
  const [chosen, setChosen] = useState(attached);
  const library = useLibrary(asked.trim());
  const add = (id: string) => setChosen((ids) => (one ? [id] : [...ids, id]));
  const uploads = useUploads((file) => add(file.id));
  const toggle = (id: string) =>
    chosen.includes(id) ? setChosen((ids) => ids.filter((each) => each !== id)) : add(id);
  const added = chosen.filter((id) => !attached.includes(id)).length;
  const unchanged = chosen.length === attached.length && added === 0;

  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t(one ? 'picker.titleOne' : subtitles ? 'picker.titleSubtitles' : 'picker.title')}
      size="70rem"
      fullScreen={phone}
      closeButtonProps={{ 'aria-label': t('action.close', { ns: 'common' }) }}
      classNames={{ body: classes.body, content: classes.content }}
    >
      <div className={classes.tools}>
        <LibrarySearch words={words} onChange={setWords} />
        <UploadButton onFiles={(files) => uploads.queue.add(files)} />
      </div>
      <p className={classes.hint}>
        {t(one ? 'picker.hintOne' : subtitles ? 'picker.hintSubtitles' : 'picker.hint')}
      </p>
      <div className={classes.files}>
        <UploadList uploads={uploads} />
        <LibraryView
          library={library}
          words={asked}
          chosen={chosen}
          onOpen={(file) => toggle(file.id)}
          onUpload={(files) => uploads.queue.add(files)}
        />
      </div>
      <Group justify="flex-end" gap="xs" className={classes.foot}>
        <Button variant="default" onClick={onClose}>
          {t('action.cancel', { ns: 'common' })}
        </Button>
        <Button disabled={unchanged || (one && chosen.length === 0)} onClick={() => onPick(chosen)}>
          {one
            ? t('picker.use')
            : added > 0 || unchanged
              ? t('picker.add', { count: added })
              : t('picker.apply')}
        </Button>
      </Group>
      <DropTarget active={opened} onFiles={(files) => uploads.queue.add(files)} />
    </Modal>
  );
}
