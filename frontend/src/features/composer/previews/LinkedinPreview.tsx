import {
  IconMessageCircle,
  IconRepeat,
  IconSend,
  IconThumbUp,
  IconUsers,
  IconWorld,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { AccountAvatar } from '@/parts/AccountAvatar';
import { Attached } from './Attached';
import { FirstComment } from './FirstComment';
import classes from './Preview.module.css';
import { RichText } from './RichText';
import type { Previewed } from './types';

/** A post as LinkedIn's feed shows it. */
export function LinkedinPreview({ account, text, fitting, files, settings, card, comment }: Previewed) {
  const { t } = useTranslation('composer');
  const Seen = settings.visibility === 'connections' ? IconUsers : IconWorld;
  return (
    <div className={`${classes.post} ${classes.linkedin}`}>
      <div className={classes.head}>
        <AccountAvatar account={account} size={46} square={account.way === 'organization'} plain />
        <div className={classes.who}>
          <strong dir="auto">{account.name}</strong>
          <span className={`${classes.dim} ${classes.small}`}>
            {t('preview.now')} · <Seen size={13} stroke={1.8} style={{ verticalAlign: '-2px' }} aria-hidden />
          </span>
        </div>
      </div>
      <RichText platform="linkedin" text={text} fitting={fitting} />
      <Attached platform="linkedin" text={text} files={files} settings={settings} card={card} />
      <div className={classes.acts} aria-hidden>
        <IconThumbUp size={20} stroke={1.6} />
        <IconMessageCircle size={20} stroke={1.6} />
        <IconRepeat size={20} stroke={1.6} />
        <IconSend size={20} stroke={1.6} />
      </div>
      <FirstComment account={account} comment={comment} />
    </div>
  );
}
