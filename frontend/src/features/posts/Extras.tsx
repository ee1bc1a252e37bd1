import { useTranslation } from 'react-i18next';
import type { Part, Platform, PostMedia, Settings } from '@/api/types';
import { isSet } from '@/parts/networkRules';
import { settingLabel, valueWords } from '@/parts/settingWords';
import { Pictures } from './Pictures';
import classes from './PostBody.module.css';

/** The parts that follow the first in a thread. */
export function Thread({ parts, files }: { parts: Part[]; files: PostMedia[] }) {
  const { t } = useTranslation('posts');
  if (parts.length === 0) return null;
  return (
    <ol className={classes.thread} aria-label={t('post.thread')} start={2}>
      {parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts are told apart by their place only
        <li key={index}>
          <span className={classes.number}>{t('post.part', { number: index + 2 })}</span>
          <p className={classes.text} dir="auto">
            {part.text || <span className={classes.none}>{t('post.noText')}</span>}
          </p>
          <Pictures media={part.media.flatMap((id) => files.filter(({ file_id }) => file_id === id))} />
        </li>
      ))}
    </ol>
  );
}

/** What stands below the post as its first comment. */
export function FirstComment({ comment }: { comment: string }) {
  const { t } = useTranslation('posts');
  return (
    <div className={classes.comment}>
      <span className={classes.number}>{t('post.comment')}</span>
      <p className={classes.text} dir="auto">
        {comment}
      </p>
    </div>
  );
}

/** The settings of a network that say something. */
export function SettingList({ platform, settings }: { platform: Platform; settings: Settings }) {
  const { t } = useTranslation('networks');
  const told = Object.entries(settings).filter(([, value]) => isSet(value));
  if (told.length === 0) return null;
  return (
    <dl className={classes.settings} aria-label={t('settings')}>
      {told.map(([name, value]) => (
        <div key={name}>
          <dt>{settingLabel(platform, name)}</dt>
          <dd dir="auto">{valueWords(platform, name, value)}</dd>
        </div>
      ))}
    </dl>
  );
}
