import { IconBrandBluesky, IconBrandMastodon, IconCheck, IconWorld } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './Receipt.module.css';

const LINES = [
  { icon: IconWorld, name: 'harbour-press', seconds: '0.3' },
  { icon: IconBrandBluesky, name: '@harbourpress.example', seconds: '0.8' },
  { icon: IconBrandMastodon, name: '@press@social.example', seconds: '1.1' },
] as const;

/** A picture made of type: one post and the receipt of its publication. */
export function Receipt() {
  const { t } = useTranslation('landing');
  return (
    <figure className={classes.figure} aria-label={t('receipt.label')}>
      <div className={classes.post}>
        <div className={classes.plate} aria-hidden>
          <span />
          <span />
          <span />
        </div>
        <p className={classes.text}>{t('receipt.post')}</p>
        <p className={classes.when}>{t('receipt.when')}</p>
      </div>
      <div className={classes.slip}>
        <p className={classes.slipTitle}>{t('receipt.title')}</p>
        <ul className={classes.lines}>
          {LINES.map(({ icon: Icon, name, seconds }) => (
            <li key={name}>
              <Icon size={16} stroke={1.6} aria-hidden />
              <span className={classes.name}>{name}</span>
              <span className={classes.seconds}>{t('receipt.after', { seconds })}</span>
              <IconCheck size={16} stroke={2.2} className={classes.check} aria-hidden />
            </li>
          ))}
        </ul>
        <p className={classes.total}>{t('receipt.total')}</p>
      </div>
    </figure>
  );
}
