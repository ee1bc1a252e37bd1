import { IconDots, IconHeart, IconMessageCircle, IconMovie, IconSend } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { AccountAvatar } from '@/parts/AccountAvatar';
import { MediaThumb } from '@/parts/MediaThumb';
import { RichText } from './RichText';
import type { Previewed } from './types';
import classes from './Upright.module.css';

interface Props extends Pick<Previewed, 'account' | 'text' | 'fitting' | 'files'> {
  /** `story`: the account above and no text; `player`: the account and its text over the lower edge. */
  kind: 'story' | 'player';
  /** Above the text, where the network has a title. */
  title?: string;
  /** Whether people can comment on it. */
  comments?: boolean;
}

/** One upright picture or video that fills the screen: stories, reels, Shorts, TikTok. */
export function Upright({ account, text, fitting, files, kind, title, comments = true }: Props) {
  const { t } = useTranslation('composer');
  const [first] = files;
  const who = (
    <span className={classes.who}>
      <AccountAvatar account={account} size={30} plain />
      <strong dir="auto">{account.handle || account.name}</strong>
      {kind === 'story' && <span className={classes.dim}>{t('preview.now')}</span>}
    </span>
  );
  return (
    <div className={classes.screen} data-kind={kind}>
      {first ? (
        <MediaThumb file={first} alt={first.alt || first.name} ratio="9 / 16" large />
      ) : (
        <span className={classes.none}>
          <IconMovie size={32} stroke={1.3} aria-hidden />
          {t('preview.needsMedia')}
        </span>
      )}
      {kind === 'story' && (
        <div className={classes.top}>
          <span className={classes.bar} aria-hidden />
          {who}
        </div>
      )}
      {files.length > 1 && (
        <span className={classes.count}>{t('preview.of', { number: 1, total: files.length })}</span>
      )}
      {kind === 'player' && (
        <>
          <div className={classes.rail} aria-hidden>
            <IconHeart size={24} stroke={1.6} />
            {comments && <IconMessageCircle size={24} stroke={1.6} />}
            <IconSend size={24} stroke={1.6} />
            <IconDots size={22} stroke={1.6} />
          </div>
          <div className={classes.bottom}>
            {who}
            {title && <strong dir="auto">{title}</strong>}
            {text && <RichText platform={account.platform} text={text} fitting={fitting} />}
          </div>
        </>
      )}
    </div>
  );
}
