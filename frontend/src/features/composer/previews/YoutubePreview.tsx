import { useTranslation } from 'react-i18next';
import { AccountAvatar } from '@/parts/AccountAvatar';
import { Carousel } from './Carousel';
import { FirstComment } from './FirstComment';
import classes from './Preview.module.css';
import { RichText } from './RichText';
import type { Previewed } from './types';
import { Upright } from './Upright';

/** Longest video that is a Short when it is upright or square, in milliseconds (YouTube Help: Shorts). */
const SHORT_MS = 180_000;

/** A video's page on YouTube, or a Short. */
export function YoutubePreview({ account, text, fitting, files, settings, comment }: Previewed) {
  const { t } = useTranslation('composer');
  const [video] = files;
  const title = typeof settings.title === 'string' ? settings.title : '';
  const upright = video?.width && video.height && video.height >= video.width;
  if (upright && video.duration_ms !== null && video.duration_ms <= SHORT_MS) {
    return <Upright account={account} text="" fitting={0} files={files} kind="player" title={title} />;
  }
  return (
    <div className={`${classes.post} ${classes.youtube}`}>
      <Carousel files={files.slice(0, 1)} narrowest={16 / 9} widest={16 / 9} />
      <div className={classes.below}>
        <strong className={classes.title} dir="auto">
          {title || <span className={classes.dim}>{t('preview.noTitle')}</span>}
        </strong>
        <div className={classes.channel}>
          <AccountAvatar account={account} size={32} plain />
          <strong dir="auto">{account.name}</strong>
        </div>
        <div className={classes.description}>
          <RichText platform="youtube" text={text} fitting={fitting} />
        </div>
        <FirstComment account={account} comment={comment} />
      </div>
    </div>
  );
}
