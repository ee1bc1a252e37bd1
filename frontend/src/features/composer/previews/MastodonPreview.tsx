import {
  IconArrowBackUp,
  IconBookmark,
  IconDots,
  IconLock,
  IconMoon,
  IconRepeat,
  IconStar,
  IconWorld,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { AccountAvatar } from '@/parts/AccountAvatar';
import { atHandle } from '@/parts/accountName';
import { Attached } from './Attached';
import { FirstComment } from './FirstComment';
import classes from './Preview.module.css';
import { RichText } from './RichText';
import type { Previewed } from './types';

/** How a Mastodon timeline marks who can see a post. */
const SEEN: Record<string, typeof IconWorld> = { unlisted: IconMoon, private: IconLock };

/** A post as a Mastodon timeline shows it. */
export function MastodonPreview({ account, text, fitting, files, settings, comment, follows }: Previewed) {
  const { t } = useTranslation('composer');
  const { spoiler, visibility } = settings;
  const Seen = SEEN[typeof visibility === 'string' ? visibility : ''] ?? IconWorld;
  return (
    <div className={`${classes.post} ${classes.mastodon}`} data-follows={follows || undefined}>
      <div className={classes.head}>
        <AccountAvatar account={account} size={46} square plain />
        <div className={classes.who}>
          <strong dir="auto">{account.name}</strong>
          <span className={classes.dim}>{atHandle(account)}</span>
        </div>
        <span className={`${classes.dim} ${classes.time}`}>
          <Seen size={14} stroke={1.8} style={{ verticalAlign: '-2px' }} aria-hidden /> {t('preview.now')}
        </span>
      </div>
      {typeof spoiler === 'string' && spoiler && (
        <p className={classes.spoiler} dir="auto">
          {spoiler}
        </p>
      )}
      <RichText platform="mastodon" text={text} fitting={fitting} />
      <Attached platform="mastodon" text={text} files={files} settings={settings} marked />
      <div className={classes.acts} aria-hidden>
        <IconArrowBackUp size={20} stroke={1.6} />
        <IconRepeat size={20} stroke={1.6} />
        <IconStar size={20} stroke={1.6} />
        <IconBookmark size={20} stroke={1.6} />
        <IconDots size={20} stroke={1.6} />
      </div>
      <FirstComment account={account} comment={comment} />
    </div>
  );
}
