import { useTranslation } from 'react-i18next';
import type { PostMedia } from '@/api/types';
import { isDocument } from '@/parts/files';
import classes from './PostBody.module.css';

/** Files as they were sent, each with what people hear who cannot see it. */
export function Pictures({ media }: { media: PostMedia[] }) {
  const { t } = useTranslation('posts');
  if (media.length === 0) return null;
  return (
    <div className={classes.pictures} data-many={media.length > 1 || undefined}>
      {media.map((file) => (
        <figure key={file.file_id}>
          {file.type.startsWith('video/') && file.url ? (
            // biome-ignore lint/a11y/useMediaCaption: what was uploaded has no captions; its alt text stands below
            <video src={file.url} controls preload="metadata" />
          ) : isDocument(file.type) && file.url ? (
            <a href={file.url} target="_blank" rel="noopener noreferrer">
              {t('post.document')}
            </a>
          ) : (
            <img
              src={file.url ?? file.thumb_url ?? undefined}
              alt={file.alt}
              width={file.width ?? undefined}
              height={file.height ?? undefined}
              loading="lazy"
            />
          )}
          <figcaption>{file.alt ? t('post.alt', { alt: file.alt }) : t('post.noAlt')}</figcaption>
        </figure>
      ))}
    </div>
  );
}
