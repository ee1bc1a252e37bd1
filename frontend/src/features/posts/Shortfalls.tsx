import { useTranslation } from 'react-i18next';
import type { Delivery } from '@/api/types';
import { languageName } from '@/ui/languages';
import classes from './Trouble.module.css';

/**
 * What is missing beside a post that is out, or left of one that was taken down: nothing tries again, so a person is
 * told what to do.
 */
export function Shortfalls({ delivery }: { delivery: Delivery }) {
  const { t } = useTranslation('posts');
  const { platform, shortfalls, taken_down } = delivery;
  if (shortfalls.length === 0) return null;
  const network = t(`platform.${platform}`, { ns: 'common' });
  return (
    <div className={classes.trouble} data-tone="warn">
      {shortfalls.map(({ what, reason, language }) => (
        <p key={`${what} ${language}`}>
          {taken_down
            ? t('shortfalls.left', { network })
            : t(`shortfalls.${what}.${reason === null ? 'unsure' : 'missing'}`, {
                network,
                language: language && (languageName(language) ?? language),
              })}
          {reason !== null && (
            <>
              {' '}
              <span className={classes.said}>{t('shortfalls.why', { network })}:</span>{' '}
              <q dir="auto">{reason}</q>
            </>
          )}
        </p>
      ))}
    </div>
  );
}
