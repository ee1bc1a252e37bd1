import { Button, Skeleton } from '@mantine/core';
import { useIntersection } from '@mantine/hooks';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { MediaFile } from '@/api/types';
import { isDocument, isSubtitles } from './files';
import classes from './MediaGrid.module.css';
import { MediaThumb } from './MediaThumb';
import type { Library } from './useLibrary';

interface Props {
  library: Library;
  onOpen: (file: MediaFile) => void;
  /** Ids in the order they were chosen; set where tiles are chosen rather than opened. */
  chosen?: string[];
}

/** The library's files as tiles; the next page comes when the end is near. */
export function MediaGrid({ library, onOpen, chosen }: Props) {
  const { t } = useTranslation('media');
  const { files, more, hasMore, loadingMore } = library;
  const { ref, entry } = useIntersection({ rootMargin: '600px' });
  const near = entry?.isIntersecting ?? false;
  useEffect(() => {
    if (near && hasMore && !loadingMore) more();
  }, [near, hasMore, loadingMore, more]);

  return (
    <>
      <ul className={classes.grid}>
        {files.map((file) => (
          <li key={file.id}>
            <Tile file={file} onOpen={onOpen} chosen={chosen} />
          </li>
        ))}
        {loadingMore && <TileSkeletons tiles={6} />}
      </ul>
      {hasMore && (
        <div ref={ref} className={classes.more}>
          <Button variant="default" loading={loadingMore} onClick={more}>
            {t('action.loadMore', { ns: 'common' })}
          </Button>
        </div>
      )}
    </>
  );
}

function kindOf(type: string): 'video' | 'document' | 'subtitles' | 'gif' | 'image' {
  if (type.startsWith('video/')) return 'video';
  if (isDocument(type)) return 'document';
  if (isSubtitles(type)) return 'subtitles';
  return type === 'image/gif' ? 'gif' : 'image';
}

function Tile({ file, onOpen, chosen }: { file: MediaFile } & Pick<Props, 'onOpen' | 'chosen'>) {
  const { t } = useTranslation('media');
  const place = chosen ? chosen.indexOf(file.id) + 1 : 0;
  const kind = t(kindOf(file.type));
  const label = place
    ? t('picker.chosen', { name: file.name, kind, place })
    : t('tile', { name: file.name, kind });
  return (
    <button
      type="button"
      className={classes.tile}
      data-chosen={place > 0 || undefined}
      aria-label={label}
      {...(chosen && { 'aria-pressed': place > 0 })}
      onClick={() => onOpen(file)}
    >
      <span className={classes.frame}>
        <MediaThumb file={file} />
        {place > 0 && (
          <span className={classes.place} aria-hidden>
            {place}
          </span>
        )}
      </span>
      <span className={classes.name} dir="auto">
        {file.name}
      </span>
      {isSubtitles(file.type) ? (
        <span className={classes.note}>{kind}</span>
      ) : (
        <span className={classes.note} dir="auto" data-missing={!file.alt || undefined}>
          {file.alt || t('noAlt')}
        </span>
      )}
    </button>
  );
}

function TileSkeletons({ tiles }: { tiles: number }) {
  return Array.from({ length: tiles }, (_, tile) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the tiles are all alike and never move
    <li key={tile}>
      <Skeleton style={{ aspectRatio: '1' }} radius="md" />
      <Skeleton height={12} mt={10} width="80%" />
      <Skeleton height={10} mt={9} mb={7} width="55%" />
    </li>
  ));
}

/** Stands in for the grid until the first page is there. */
export function MediaGridSkeleton({ tiles = 12 }: { tiles?: number }) {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t('loading')}>
      <ul className={classes.grid} aria-hidden>
        <TileSkeletons tiles={tiles} />
      </ul>
    </div>
  );
}
