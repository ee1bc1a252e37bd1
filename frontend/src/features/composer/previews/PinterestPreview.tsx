import { useTranslation } from 'react-i18next';
import { AccountAvatar } from '@/parts/AccountAvatar';
import { hostOf } from './attachment';
import { Carousel } from './Carousel';
import classes from './Preview.module.css';
import { RichText } from './RichText';
import type { Previewed } from './types';

/** A pin, with where it leads. */
export function PinterestPreview({ account, text, fitting, files, settings }: Previewed) {
  const { t } = useTranslation('composer');
  const { title, link } = settings;
  const host = typeof link === 'string' ? hostOf(link) : null;
  return (
    <div className={`${classes.post} ${classes.pinterest}`}>
      <Carousel files={files} narrowest={0.5} widest={1.5} />
      <div className={classes.below}>
        {host && <span className={`${classes.dim} ${classes.small}`}>{host}</span>}
        {typeof title === 'string' && title && (
          <strong className={classes.title} dir="auto">
            {title}
          </strong>
        )}
        <RichText platform="pinterest" text={text} fitting={fitting} />
        <div className={classes.channel}>
          <AccountAvatar account={account} size={28} plain />
          <strong dir="auto">{account.name}</strong>
          <span className={classes.save} aria-hidden>
            {t('preview.save')}
          </span>
        </div>
      </div>
    </div>
  );
}
