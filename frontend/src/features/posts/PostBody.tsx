import { useTranslation } from 'react-i18next';
import type { Account, Post, PostMedia } from '@/api/types';
import { atHandle } from '@/parts/accountName';
import { PlatformBadge } from '@/ui/PlatformBadge';
import classes from './PostBody.module.css';

/** The post as it was written, and what is different for single accounts. */
export function PostBody({ post, accounts }: { post: Post; accounts: Account[] }) {
  const { t } = useTranslation('posts');
  const variants = post.targets.filter(({ text, media }) => text != null || media != null);
  return (
    <section className={classes.body} aria-labelledby="post-content">
      <h2 id="post-content" className={classes.title}>
        {t('post.content')}
      </h2>
      {post.text ? (
        <p className={classes.text} dir="auto">
          {post.text}
        </p>
      ) : (
        <p className={classes.none}>{t('post.noText')}</p>
      )}
      <Pictures media={post.media} />
      {variants.length > 0 && (
        <div className={classes.variants}>
          <h3 className={classes.title}>{t('post.variants')}</h3>
          {variants.map(({ account_id, platform, text, media }) => {
            const account = accounts.find(({ id }) => id === account_id);
            return (
              <div key={account_id} className={classes.variant}>
                <p className={classes.who}>
                  <PlatformBadge platform={platform} decorative />
                  <strong>{t(`platform.${platform}`, { ns: 'common' })}</strong>
                  <span className={classes.none}>
                    {account ? atHandle(account) : t('receipts.disconnected')}
                  </span>
                </p>
                {text != null && (
                  <p className={classes.text} dir="auto">
                    {text || t('post.noText')}
                  </p>
                )}
                {media != null && (
                  <p className={classes.none}>{t('post.variantPictures', { count: media.length })}</p>
                )}
              </div>
            );
          })}
        </div>
      )}
    </section>
  );
}

function Pictures({ media }: { media: PostMedia[] }) {
  const { t } = useTranslation('posts');
  if (media.length === 0) return null;
  return (
    <div className={classes.pictures} data-many={media.length > 1 || undefined}>
      {media.map((file) => (
        <figure key={file.file_id}>
          {file.type.startsWith('video/') && file.url ? (
            // biome-ignore lint/a11y/useMediaCaption: what was uploaded has no captions; its alt text stands below
            <video src={file.url} controls preload="metadata" />
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
