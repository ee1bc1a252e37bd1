import { useTranslation } from 'react-i18next';
import { useOffers } from '@/api/networks';
import type {
  ChosenCover,
  ChosenSubtitles,
  Format,
  Part,
  Platform,
  PostMedia,
  Setting,
  Settings,
} from '@/api/types';
import { extrasFor, isSet } from '@/parts/networkRules';
import { settingLabel, valueWords } from '@/parts/settingWords';
import { languageName } from '@/ui/languages';
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

/** What stands for its film, or on its link's card. */
export function Cover({ cover, files }: { cover: ChosenCover; files: PostMedia[] }) {
  const { t } = useTranslation('posts');
  if ('at_ms' in cover) {
    return <p className={classes.none}>{t('post.coverMoment', { seconds: cover.at_ms / 1000 })}</p>;
  }
  return (
    <>
      <p className={classes.none}>{t('post.coverPicture')}</p>
      <Pictures media={files.filter(({ file_id }) => file_id === cover.media_id)} />
    </>
  );
}

/** The languages of its film's subtitles, each a link to its file. */
export function Subtitles({ subtitles, files }: { subtitles: ChosenSubtitles[]; files: PostMedia[] }) {
  const { t } = useTranslation('posts');
  if (subtitles.length === 0) return null;
  return (
    <dl className={classes.settings}>
      <div>
        <dt>{t('post.subtitles')}</dt>
        {subtitles.map(({ media_id, language }) => {
          const url = files.find(({ file_id }) => file_id === media_id)?.url;
          const name = languageName(language) ?? language;
          return (
            <dd key={media_id}>
              {url ? (
                <a href={url} target="_blank" rel="noopener noreferrer">
                  {name}
                </a>
              ) : (
                name
              )}
            </dd>
          );
        })}
      </div>
    </dl>
  );
}

interface SettingListProps {
  account: string;
  platform: Platform;
  format: Format;
  settings: Settings;
}

/** The settings of a network that say something. What only the network knows is named as it names it, once it did. */
export function SettingList({ account, platform, format, settings }: SettingListProps) {
  const { t } = useTranslation('networks');
  const told = Object.entries(settings).filter(([, value]) => isSet(value));
  const rules = extrasFor(platform, format).settings;
  const remote = (name: string) => rules.some((rule) => rule.name === name && rule.kind === 'remote');
  const offers = useOffers(
    account,
    told.some(([name]) => remote(name)),
  );
  const words = (name: string, value: Setting) =>
    offers.data?.choices[name]?.find((choice) => choice.value === value)?.label ??
    valueWords(platform, name, value);
  if (told.length === 0) return null;
  return (
    <dl className={classes.settings} aria-label={t('settings')}>
      {told.map(([name, value]) => (
        <div key={name}>
          <dt>{settingLabel(platform, name)}</dt>
          <dd dir="auto">{words(name, value)}</dd>
        </div>
      ))}
    </dl>
  );
}
