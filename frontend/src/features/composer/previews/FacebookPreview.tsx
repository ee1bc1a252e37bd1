import { IconMessageCircle, IconShare3, IconThumbUp, IconWorld } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { AccountAvatar } from '@/parts/AccountAvatar';
import { Attached } from './Attached';
import { attachment } from './attachment';
import { FirstComment } from './FirstComment';
import classes from './Preview.module.css';
import { RichText } from './RichText';
import type { Previewed } from './types';
import { Upright } from './Upright';

/** The length up to which a text that stands alone is set large. */
const LARGE = 85;

/** A post, reel or story of a Facebook Page. */
export function FacebookPreview({ account, text, fitting, files, format, settings, comment }: Previewed) {
  const { t } = useTranslation('composer');
  if (format !== 'post') {
    const kind = format === 'story' ? 'story' : 'player';
    return <Upright account={account} text={text} fitting={fitting} files={files} kind={kind} />;
  }
  const alone = attachment('facebook', { text, files, settings }).kind === 'none';
  return (
    <div className={`${classes.post} ${classes.facebook}`}>
      <div className={classes.head}>
        <AccountAvatar account={account} size={40} plain />
        <div className={classes.who}>
          <strong dir="auto">{account.name}</strong>
          <span className={`${classes.dim} ${classes.small}`}>
            {t('preview.just')} ·{' '}
            <IconWorld size={13} stroke={1.8} style={{ verticalAlign: '-2px' }} aria-hidden />
          </span>
        </div>
      </div>
      <div data-large={(alone && text.length <= LARGE) || undefined} className={classes.words}>
        <RichText platform="facebook" text={text} fitting={fitting} />
      </div>
      <Attached platform="facebook" text={text} files={files} settings={settings} />
      <div className={classes.acts} aria-hidden>
        <IconThumbUp size={20} stroke={1.6} />
        <IconMessageCircle size={20} stroke={1.6} />
        <IconShare3 size={20} stroke={1.6} />
      </div>
      <FirstComment account={account} comment={comment} />
    </div>
  );
}
