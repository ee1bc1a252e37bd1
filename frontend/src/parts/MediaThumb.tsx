import {
  IconBadgeCc,
  IconFileText,
  IconMovie,
  IconPhotoOff,
  IconPlayerPlayFilled,
} from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import type { MediaFile } from '@/api/types';
import { formatDuration, isSubtitles } from './files';
import classes from './MediaThumb.module.css';

type Shown = Pick<MediaFile, 'type' | 'url' | 'thumb_url' | 'duration_ms'> & {
  /** The moment of a film that stands for it, in milliseconds. */
  at_ms?: number;
};

interface Props {
  file: Shown;
  /** What it shows, where nothing beside it says so; decorative otherwise. */
  alt?: string;
  /** CSS aspect ratio of the box; the picture covers it. */
  ratio?: string;
  /** The whole picture instead of the small one. */
  large?: boolean;
  /** The moment of a film to show, in milliseconds. */
  at?: number;
}

/** A file in a box of fixed proportions, so that nothing moves when the picture arrives. */
export function MediaThumb({ file, alt = '', ratio = '1', large = false, at = file.at_ms }: Props) {
  const [broken, setBroken] = useState<string | null>(null);
  const video = file.type.startsWith('video/');
  const picture = file.type.startsWith('image/');
  const small = file.thumb_url ?? (picture ? file.url : null);
  const address = large && picture ? (file.url ?? small) : small;
  const subtitles = isSubtitles(file.type);
  const Instead = video ? IconMovie : picture ? IconPhotoOff : subtitles ? IconBadgeCc : IconFileText;
  return (
    <span className={classes.box} style={{ aspectRatio: ratio }}>
      {video && at !== undefined && file.url ? (
        <Still url={file.url} at={at} alt={alt} />
      ) : address && address !== broken ? (
        <img
          className={classes.image}
          src={address}
          alt={alt}
          loading="lazy"
          decoding="async"
          onError={() => setBroken(address)}
        />
      ) : (
        <span className={classes.instead} {...named(alt)}>
          <Instead size={28} stroke={1.4} />
        </span>
      )}
      {video && (
        <span className={classes.mark} aria-hidden>
          <IconPlayerPlayFilled size={10} />
          {file.duration_ms ? formatDuration(file.duration_ms) : null}
        </span>
      )}
      {(file.type === 'image/gif' || subtitles) && (
        <span className={classes.mark} aria-hidden>
          {subtitles ? (file.type === 'text/vtt' ? 'VTT' : 'SRT') : 'GIF'}
        </span>
      )}
    </span>
  );
}

/** What assistive software reads in place of what is inside; nothing for what is decorative. */
function named(alt: string) {
  return alt ? { role: 'img', 'aria-label': alt } : { 'aria-hidden': true };
}

/** A film that stands still at a moment. A video element itself may not be called a picture. */
function Still({ url, at, alt }: { url: string; at: number; alt: string }) {
  const film = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (film.current) film.current.currentTime = at / 1000;
  }, [at]);
  return (
    <span className={classes.still} {...named(alt)}>
      <video
        ref={film}
        className={classes.image}
        src={url}
        muted
        playsInline
        preload="metadata"
        onLoadedMetadata={({ currentTarget }) => {
          currentTarget.currentTime = at / 1000;
        }}
      />
    </span>
  );
}
