import type { ChosenCover, MediaFile } from '@/api/types';

/** A file as a preview shows it. */
export type ShownFile = MediaFile & {
  /** The moment of a film that stands for it, in milliseconds. */
  at_ms?: number;
};

/** The files with the chosen cover in place of a film that is alone. */
export function covered(files: MediaFile[], cover: ChosenCover | null, picture?: MediaFile): ShownFile[] {
  const [film] = files;
  if (!cover || !film || files.length > 1 || !film.type.startsWith('video/')) return files;
  if ('at_ms' in cover) return [{ ...film, at_ms: cover.at_ms }];
  return picture ? [{ ...film, thumb_url: picture.url ?? picture.thumb_url }] : files;
}
