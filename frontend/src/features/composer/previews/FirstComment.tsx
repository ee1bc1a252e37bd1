import { useTranslation } from 'react-i18next';
import { AccountAvatar } from '@/parts/AccountAvatar';
import classes from './FirstComment.module.css';
import { RichText } from './RichText';
import type { Previewed } from './types';

/** The account's own comment below its post. */
export function FirstComment({ account, comment }: Pick<Previewed, 'account' | 'comment'>) {
  const { t } = useTranslation('composer');
  if (!comment.trim()) return null;
  return (
    <div className={classes.comment}>
      <AccountAvatar account={account} size={26} plain />
      <div className={classes.bubble}>
        <span className={classes.who}>
          <strong dir="auto">{account.name}</strong> {t('preview.comment')}
        </span>
        <RichText platform={account.platform} text={comment} fitting={comment.length} />
      </div>
    </div>
  );
}
