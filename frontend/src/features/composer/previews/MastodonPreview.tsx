import {
  IconArrowBackUp,
  IconBookmark,
  IconDots,
  IconRepeat,
  IconStar,
  IconWorld,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { AccountAvatar } from '@/parts/AccountAvatar';
import { atHandle } from '@/parts/accountName';
import { Mosaic } from './Mosaic';
import classes from './Preview.module.css';
import { RichText } from './RichText';
import type { Previewed } from './types';

/** A post as a Mastodon timeline shows it. */
export function MastodonPreview({ account, text, fitting, files }: Previewed) {
  const { t } = useTranslation('composer');
  return (
    <div className={`${classes.post} ${classes.mastodon}`}>
      <div className={classes.head}>
        <AccountAvatar account={account} size={46} square plain />
        <div className={classes.who}>
          <strong dir="auto">{account.name}</strong>
          <span className={classes.dim}>{atHandle(account)}</span>
        </div>
        <span className={`${classes.dim} ${classes.time}`}>
          <IconWorld size={14} stroke={1.8} style={{ verticalAlign: '-2px' }} aria-hidden />{' '}
          {t('preview.now')}
        </span>
      </div>
      <RichText platform="mastodon" text={text} fitting={fitting} />
      <Mosaic files={files} marked />
      <div className={classes.acts} aria-hidden>
        <IconArrowBackUp size={20} stroke={1.6} />
        <IconRepeat size={20} stroke={1.6} />
        <IconStar size={20} stroke={1.6} />
        <IconBookmark size={20} stroke={1.6} />
        <IconDots size={20} stroke={1.6} />
      </div>
    </div>
  );
}
