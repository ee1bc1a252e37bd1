import { useTranslation } from 'react-i18next';
import type { MediaFile } from '@/api/types';
import { MediaThumb } from '@/parts/MediaThumb';
import classes from './Mosaic.module.css';

interface Props {
  files: MediaFile[];
  /** The mark that a description exists, where the network shows one. */
  marked?: boolean;
}

/** A single file keeps its shape within bounds; more share a frame. */
function ratio(files: MediaFile[], index: number): string {
  const [file] = files;
  if (files.length === 1) {
    const own = file?.width && file.height ? file.width / file.height : 1.5;
    return String(Math.max(0.8, Math.min(2.4, own)));
  }
  if (files.length === 3) return index === 0 ? 'auto' : '4 / 3';
  return files.length === 2 ? '1' : '4 / 3';
}

/** Up to four files as timelines show them. */
export function Mosaic({ files, marked = false }: Props) {
  const { t } = useTranslation('composer');
  if (files.length === 0) return null;
  const shown = files.slice(0, 4);
  const hidden = files.length - shown.length;
  return (
    <div className={classes.mosaic} data-files={shown.length}>
      {shown.map((file, index) => (
        <div key={file.id} className={classes.cell}>
          <MediaThumb file={file} alt={file.alt || file.name} ratio={ratio(shown, index)} />
          {marked && file.alt && (
            <span className={classes.alt} aria-hidden>
              {t('preview.alt')}
            </span>
          )}
          {hidden > 0 && index === 3 && <span className={classes.more}>+{hidden}</span>}
        </div>
      ))}
    </div>
  );
}
