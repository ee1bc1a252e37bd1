import { IconFileText, IconLink } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { MediaFile, Platform, Settings } from '@/api/types';
import { MediaThumb } from '@/parts/MediaThumb';
import { choiceLabel } from '@/parts/settingWords';
import classes from './Attached.module.css';
import { attachment } from './attachment';
import { Mosaic } from './Mosaic';

interface Props {
  platform: Platform;
  text: string;
  files: MediaFile[];
  settings: Settings;
  /** The mark that a description exists, where the network shows one. */
  marked?: boolean;
  /** The picture on a link's card, where it is ours to choose. */
  card?: MediaFile;
}

/** What stands below a text: pictures, a document, a poll or the card of a link. */
export function Attached({ platform, marked, card, ...content }: Props) {
  const { t } = useTranslation('composer');
  const shown = attachment(platform, content);
  if (shown.kind === 'files') return <Mosaic files={shown.files} marked={marked} />;
  if (shown.kind === 'poll') {
    return (
      <div className={classes.poll}>
        {shown.question && (
          <strong className={classes.question} dir="auto">
            {shown.question}
          </strong>
        )}
        {shown.answers.map((answer, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: answers are told apart by their place only
          <span key={index} className={classes.answer} dir="auto">
            {answer}
          </span>
        ))}
        <span className={classes.small}>
          {shown.duration
            ? t('preview.pollFor', { duration: choiceLabel(platform, 'poll_duration', shown.duration) })
            : t('preview.poll')}
        </span>
      </div>
    );
  }
  if (shown.kind === 'document') {
    return (
      <div className={classes.document}>
        <span className={classes.sheet}>
          <IconFileText size={40} stroke={1.2} aria-hidden />
        </span>
        <span className={classes.caption} dir="auto">
          <strong>{shown.title}</strong>
          <span className={classes.small}>{t('preview.document')}</span>
        </span>
      </div>
    );
  }
  if (shown.kind === 'link') {
    return (
      <div className={classes.link}>
        {card ? (
          <MediaThumb file={card} alt={card.alt || card.name} ratio="1.91" large />
        ) : (
          <span className={classes.blank}>
            <IconLink size={28} stroke={1.4} aria-hidden />
          </span>
        )}
        <span className={classes.caption}>
          <span className={classes.small}>{shown.host}</span>
          <strong dir="auto">{shown.title}</strong>
          {shown.description && (
            <span className={classes.small} dir="auto">
              {shown.description}
            </span>
          )}
        </span>
      </div>
    );
  }
  return null;
}
