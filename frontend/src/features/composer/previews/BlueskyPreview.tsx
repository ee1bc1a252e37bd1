import { IconDots, IconHeart, IconMessageCircle, IconRepeat } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { AccountAvatar } from '@/parts/AccountAvatar';
import { atHandle } from '@/parts/accountName';
import { Attached } from './Attached';
import { FirstComment } from './FirstComment';
import classes from './Preview.module.css';
import { RichText } from './RichText';
import type { Previewed } from './types';

/** A post as Bluesky's timeline shows it. */
export function BlueskyPreview({ account, text, fitting, files, settings, comment, follows }: Previewed) {
  const { t } = useTranslation('composer');
  return (
    <div className={`${classes.post} ${classes.bluesky}`} data-follows={follows || undefined}>
      <AccountAvatar account={account} size={42} plain />
      <div>
        <div className={classes.line}>
          <strong dir="auto">{account.name}</strong>
          <span className={classes.dim}>{atHandle(account)}</span>
          <span className={classes.dim}>· {t('preview.now')}</span>
        </div>
        <RichText platform="bluesky" text={text} fitting={fitting} />
        <Attached platform="bluesky" text={text} files={files} settings={settings} marked />
        <div className={classes.acts} aria-hidden>
          <IconMessageCircle size={18} stroke={1.6} />
          <IconRepeat size={18} stroke={1.6} />
          <IconHeart size={18} stroke={1.6} />
          <IconDots size={18} stroke={1.6} />
        </div>
      </div>
      <FirstComment account={account} comment={comment} />
    </div>
  );
}
