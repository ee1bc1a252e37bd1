import { useTranslation } from 'react-i18next';
import type { MediaFile } from '@/api/types';
import { AccountAvatar } from '@/parts/AccountAvatar';
import { ruleFor } from '@/parts/rules';
import { Carousel } from './Carousel';
import { FirstComment } from './FirstComment';
import classes from './Preview.module.css';
import { RichText } from './RichText';
import type { Previewed } from './types';
import { Upright } from './Upright';

function isShort({ width, height, duration_ms }: MediaFile): boolean {
  const { shorts } = ruleFor('youtube');
  if (!shorts || !width || !height || duration_ms === null) return false;
  return width <= height * shorts.video_max_aspect && duration_ms <= shorts.video_max_ms;
}

/** A video's page on YouTube, or a Short. */
export function YoutubePreview({ account, text, fitting, files, settings, comment }: Previewed) {
  const { t } = useTranslation('composer');
  const [video] = files;
  const title = typeof settings.title === 'string' ? settings.title : '';
  if (video && isShort(video)) {
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
