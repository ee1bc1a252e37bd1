import { useTranslation } from 'react-i18next';
import type { Platform } from '@/api/types';
import classes from './RichText.module.css';
import { runs } from './richText';

interface Props {
  platform: Platform;
  text: string;
  /** Where the text stops fitting. */
  fitting: number;
}

/** The text with links, tags and mentions coloured, and what is too long marked. */
export function RichText({ platform, text, fitting }: Props) {
  const { t } = useTranslation('composer');
  if (!text) return <p className={classes.empty}>{t('preview.empty')}</p>;
  return (
    <p className={classes.text} dir="auto">
      {runs(platform, text, fitting).map(({ kind, shown, over }, index) => {
        const key = `${index} ${kind}`;
        const look = kind === 'text' ? undefined : classes.active;
        if (!over) {
          return (
            <span key={key} className={look}>
              {shown}
            </span>
          );
        }
        return (
          <mark key={key} className={classes.over} title={t('preview.over')}>
            {shown}
          </mark>
        );
      })}
    </p>
  );
}
