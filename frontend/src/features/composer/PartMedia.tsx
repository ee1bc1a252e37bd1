import { ActionIcon } from '@mantine/core';
import { IconPhotoOff, IconPhotoPlus, IconX } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MediaThumb } from '@/parts/MediaThumb';
import { useFiles } from '@/parts/useFiles';
import classes from './Thread.module.css';

const MediaPicker = lazy(() => import('@/parts/MediaPicker'));

interface Props {
  media: string[];
  /** The part's place in the thread. */
  number: number;
  locked: boolean;
  onChange: (media: string[]) => void;
}

/** The files of a part, small. Their descriptions are the library's. */
export function PartMedia({ media, number, locked, onChange }: Props) {
  const { t } = useTranslation('composer');
  const [picking, setPicking] = useState(false);
  const slots = useFiles(media);
  if (locked && media.length === 0) return null;
  return (
    <div className={classes.media}>
      {slots.map((slot) => {
        const name = slot.state === 'ready' ? slot.file.name : t('media.unnamed');
        return (
          <span key={slot.id} className={classes.thumb}>
            {slot.state === 'ready' && <MediaThumb file={slot.file} alt={slot.file.alt || slot.file.name} />}
            {slot.state === 'missing' && (
              <IconPhotoOff size={20} stroke={1.4} role="img" aria-label={t('media.gone')} />
            )}
            {!locked && (
              <ActionIcon
                size="sm"
                variant="filled"
                color="dark"
                className={classes.out}
                aria-label={t('media.remove', { name })}
                onClick={() => onChange(media.filter((id) => id !== slot.id))}
              >
                <IconX size={12} stroke={2.2} />
              </ActionIcon>
            )}
          </span>
        );
      })}
      {!locked && (
        <ActionIcon aria-label={t('thread.media', { number })} onClick={() => setPicking(true)}>
          <IconPhotoPlus size={20} stroke={1.6} />
        </ActionIcon>
      )}
      {picking && (
        <Suspense>
          <MediaPicker
            opened
            attached={media}
            onPick={(chosen) => {
              onChange(chosen);
              setPicking(false);
            }}
            onClose={() => setPicking(false)}
          />
        </Suspense>
      )}
    </div>
  );
}
