import { IconBookmark, IconChartBar, IconHeart, IconMessageCircle, IconRepeat } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { AccountAvatar } from '@/parts/AccountAvatar';
import { atHandle } from '@/parts/accountName';
import { Attached } from './Attached';
import { FirstComment } from './FirstComment';
import classes from './Preview.module.css';
import { RichText } from './RichText';
import type { Previewed } from './types';

/** A post as X shows it. */
export function XPreview(previewed: Previewed) {
  const { account, text, fitting, files, settings, comment, follows } = previewed;
  const { t } = useTranslation('composer');
  return (
    <div className={`${classes.post} ${classes.x} ${classes.beside}`} data-follows={follows || undefined}>
      <AccountAvatar account={account} size={40} plain />
      <div>
        <div className={classes.line}>
          <strong dir="auto">{account.name}</strong>
          <span className={classes.dim}>{atHandle(account)}</span>
          <span className={classes.dim}>· {t('preview.now')}</span>
        </div>
        <RichText platform="x" text={text} fitting={fitting} />
        <Attached platform="x" text={text} files={files} settings={settings} marked />
        <div className={classes.acts} aria-hidden>
          <IconMessageCircle size={18} stroke={1.6} />
          <IconRepeat size={18} stroke={1.6} />
          <IconHeart size={18} stroke={1.6} />
          <IconChartBar size={18} stroke={1.6} />
          <IconBookmark size={18} stroke={1.6} />
        </div>
      </div>
      <FirstComment account={account} comment={comment} />
    </div>
  );
}
