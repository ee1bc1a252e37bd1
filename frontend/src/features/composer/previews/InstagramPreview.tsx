import { IconBookmark, IconDots, IconHeart, IconMessageCircle, IconSend } from '@tabler/icons-react';
import { AccountAvatar } from '@/parts/AccountAvatar';
import { Carousel } from './Carousel';
import { FirstComment } from './FirstComment';
import classes from './Preview.module.css';
import { RichText } from './RichText';
import type { Previewed } from './types';
import { Upright } from './Upright';

/** A post, reel or story on Instagram; a video alone is a reel. */
export function InstagramPreview({ account, text, fitting, files, format, settings, comment }: Previewed) {
  const [first] = files;
  const comments = settings.no_comments !== true;
  const reel = format === 'reel' || (files.length === 1 && first?.type.startsWith('video/'));
  if (format === 'story' || reel) {
    const kind = format === 'story' ? 'story' : 'player';
    return <Upright {...{ account, text, fitting, files, kind, comments }} />;
  }
  return (
    <div className={`${classes.post} ${classes.instagram}`}>
      <div className={classes.bar}>
        <AccountAvatar account={account} size={32} plain />
        <strong>{account.handle}</strong>
        <IconDots size={20} stroke={1.6} aria-hidden />
      </div>
      <Carousel files={files} narrowest={0.8} widest={1.91} />
      <div className={classes.below}>
        <div className={classes.icons} aria-hidden>
          <IconHeart size={24} stroke={1.6} />
          {comments && <IconMessageCircle size={24} stroke={1.6} />}
          <IconSend size={24} stroke={1.6} />
          <IconBookmark size={24} stroke={1.6} />
        </div>
        {text && <strong>{account.handle}</strong>}
        <RichText platform="instagram" text={text} fitting={fitting} />
        <FirstComment account={account} comment={comment} />
      </div>
    </div>
  );
}
