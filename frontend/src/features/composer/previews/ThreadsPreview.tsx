import { IconHeart, IconMessageCircle, IconRepeat, IconSend } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { AccountAvatar } from '@/parts/AccountAvatar';
import { Attached } from './Attached';
import { FirstComment } from './FirstComment';
import classes from './Preview.module.css';
import { RichText } from './RichText';
import type { Previewed } from './types';

/** A post as Threads shows it, its topic beside the name. */
export function ThreadsPreview(previewed: Previewed) {
  const { account, text, fitting, files, settings, comment, follows } = previewed;
  const { t } = useTranslation('composer');
  const { topic } = settings;
  return (
    <div
      className={`${classes.post} ${classes.threads} ${classes.beside}`}
      data-follows={follows || undefined}
    >
      <AccountAvatar account={account} size={36} plain />
      <div>
        <div className={classes.line}>
          <strong>{account.handle}</strong>
          {typeof topic === 'string' && topic && !follows && <span dir="auto">› {topic}</span>}
          <span className={classes.dim}>{t('preview.now')}</span>
        </div>
        <RichText platform="threads" text={text} fitting={fitting} />
        <div
          className={classes.veil}
          data-veiled={(settings.spoiler === true && files.length > 0) || undefined}
        >
          <Attached platform="threads" text={text} files={files} settings={settings} />
        </div>
        <div className={classes.acts} data-near aria-hidden>
          <IconHeart size={19} stroke={1.6} />
          <IconMessageCircle size={19} stroke={1.6} />
          <IconRepeat size={19} stroke={1.6} />
          <IconSend size={19} stroke={1.6} />
        </div>
      </div>
      <FirstComment account={account} comment={comment} />
    </div>
  );
}
