import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { signIn } from '@/api/session';
import type { Platform } from '@/api/types';
import { ProductMark } from '@/ui/Mark';
import { PlatformBadge } from '@/ui/PlatformBadge';
import classes from './LandingPage.module.css';
import { Receipt } from './Receipt';

const NETWORKS: Platform[] = [
  'page',
  'linkedin',
  'facebook',
  'instagram',
  'threads',
  'tiktok',
  'x',
  'youtube',
  'pinterest',
  'bluesky',
  'mastodon',
];

/** What somebody without a session sees at `/`: what this is, and the two ways in. */
export default function LandingPage() {
  const { t } = useTranslation('landing');
  const [leaving, setLeaving] = useState<'in' | 'up' | null>(null);
  const [failed, setFailed] = useState(false);

  const leave = (way: 'in' | 'up') => {
    setLeaving(way);
    setFailed(false);
    signIn({ returnTo: '/calendar', signUp: way === 'up' }).catch(() => {
      setLeaving(null);
      setFailed(true);
    });
  };

  return (
    <div className={classes.page}>
      <title>{t('title')}</title>
      <header className={classes.top}>
        <span className={classes.brand}>
          <ProductMark size={30} />
          Atelier
        </span>
        <button
          type="button"
          className={classes.button}
          onClick={() => leave('in')}
          disabled={leaving !== null}
        >
          {t('signIn')}
        </button>
      </header>
      <main className={classes.main}>
        <div className={classes.words}>
          <h1 className={classes.headline}>
            <span>{t('headline.first')}</span> <span>{t('headline.second')}</span>
          </h1>
          <p className={classes.lead}>{t('lead')}</p>
          <div className={classes.actions}>
            <button
              type="button"
              className={classes.button}
              data-kind="next"
              data-size="large"
              onClick={() => leave('up')}
              disabled={leaving !== null}
            >
              {t('signUp')}
            </button>
            <button
              type="button"
              className={classes.button}
              data-kind="quiet"
              data-size="large"
              onClick={() => leave('in')}
              disabled={leaving !== null}
            >
              {t('haveAccount')}
            </button>
          </div>
          <p className={classes.failed} role="alert">
            {failed && t('failed')}
          </p>
          <ul className={classes.points}>
            <li>
              <strong>{t('point.once.title')}</strong> {t('point.once.text')}
            </li>
            <li>
              <strong>{t('point.time.title')}</strong> {t('point.time.text')}
            </li>
            <li>
              <strong>{t('point.own.title')}</strong> {t('point.own.text')}
            </li>
          </ul>
        </div>
        <Receipt />
      </main>
      <footer className={classes.foot}>
        <span>{t('networks')}</span>
        {NETWORKS.map((platform) => (
          <span key={platform} className={classes.network}>
            <PlatformBadge platform={platform} size={18} decorative />{' '}
            {t(`platform.${platform}`, { ns: 'common' })}
          </span>
        ))}
      </footer>
    </div>
  );
}
