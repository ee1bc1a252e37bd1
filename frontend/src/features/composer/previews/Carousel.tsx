import { IconPhotoPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { MediaFile } from '@/api/types';
import { MediaThumb } from '@/parts/MediaThumb';
import classes from './Carousel.module.css';

interface Props {
  files: MediaFile[];
  /** The narrowest and widest shape that the network shows, width by height. */
  narrowest: number;
  widest: number;
}

/** The first of several files, in the shape the network gives them, and how many follow. */
export function Carousel({ files, narrowest, widest }: Props) {
  const { t } = useTranslation('composer');
  const [first] = files;
  if (!first) {
    return (
      <div className={classes.none}>
        <IconPhotoPlus size={28} stroke={1.4} aria-hidden />
        {t('preview.needsMedia')}
      </div>
    );
  }
  const own = first.width && first.height ? first.width / first.height : 1;
  const ratio = Math.max(narrowest, Math.min(widest, own));
  return (
    <div className={classes.carousel}>
      <MediaThumb file={first} alt={first.alt || first.name} ratio={String(ratio)} large />
      {files.length > 1 && (
        <>
          <span className={classes.count}>{t('preview.of', { number: 1, total: files.length })}</span>
          <span className={classes.dots} aria-hidden>
            {files.slice(0, 8).map(({ id }) => (
              <i key={id} />
            ))}
          </span>
        </>
      )}
    </div>
  );
}
