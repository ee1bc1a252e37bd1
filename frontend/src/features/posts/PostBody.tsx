import { useTranslation } from 'react-i18next';
import type { Account, Post, PostTarget } from '@/api/types';
import { atHandle } from '@/parts/accountName';
import { isSet } from '@/parts/networkRules';
import { PlatformBadge } from '@/ui/PlatformBadge';
import { Cover, FirstComment, SettingList, Subtitles, Thread } from './Extras';
import { Pictures } from './Pictures';
import classes from './PostBody.module.css';

/** Whether an account gets anything else than what all get. */
function differs(target: PostTarget): boolean {
  const { text, media, thread, first_comment, format, settings, cover, subtitles } = target;
  const own = [text, media, thread, first_comment, cover].some((each) => each != null);
  return own || subtitles.length > 0 || format !== 'post' || Object.values(settings).some(isSet);
}

/** The post as it was written, and what is different for single accounts. */
export function PostBody({ post, accounts }: { post: Post; accounts: Account[] }) {
  const { t } = useTranslation('posts');
  const variants = post.targets.filter(differs);
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
      <Thread parts={post.thread} files={post.files} />
      {post.first_comment && <FirstComment comment={post.first_comment} />}
      {variants.length > 0 && (
        <div className={classes.variants}>
          <h3 className={classes.title}>{t('post.variants')}</h3>
          {variants.map((target) => (
            <Variant key={target.account_id} target={target} post={post} accounts={accounts} />
          ))}
        </div>
      )}
    </section>
  );
}

interface VariantProps {
  target: PostTarget;
  post: Post;
  accounts: Account[];
}

/** What one account gets instead or besides. */
function Variant({ target, post, accounts }: VariantProps) {
  const { t } = useTranslation(['posts', 'networks']);
  const { account_id, platform, text, media, thread, first_comment, format, settings, cover, subtitles } =
    target;
  const account = accounts.find(({ id }) => id === account_id);
  return (
    <div className={classes.variant}>
      <p className={classes.who}>
        <PlatformBadge platform={platform} decorative />
        <strong>{t(`platform.${platform}`, { ns: 'common' })}</strong>
        <span className={classes.none}>{account ? atHandle(account) : t('receipts.disconnected')}</span>
        {format !== 'post' && <span className={classes.format}>{t(`networks:format.${format}`)}</span>}
      </p>
      {text != null && (
        <p className={classes.text} dir="auto">
          {text || t('post.noText')}
        </p>
      )}
      {media != null && <p className={classes.none}>{t('post.variantPictures', { count: media.length })}</p>}
      {thread != null &&
        (thread.length > 0 ? (
          <Thread parts={thread} files={post.files} />
        ) : (
          <p className={classes.none}>{t('post.noThread')}</p>
        ))}
      {first_comment != null &&
        (first_comment ? (
          <FirstComment comment={first_comment} />
        ) : (
          <p className={classes.none}>{t('post.noComment')}</p>
        ))}
      {cover && <Cover cover={cover} files={post.files} />}
      <Subtitles subtitles={subtitles} files={post.files} />
      <SettingList account={account_id} platform={platform} format={format} settings={settings} />
    </div>
  );
}
