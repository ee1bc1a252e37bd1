import { IconBrandBluesky, IconBrandMastodon, IconWorld } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { signIn } from '@/api/session';
import { ProductMark } from '@/ui/Mark';
import classes from './LandingPage.module.css';
import { Receipt } from './Receipt';

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
        <span className={classes.network}>
          <IconWorld size={18} stroke={1.6} aria-hidden /> {t('platform.page', { ns: 'common' })}
        </span>
        <span className={classes.network}>
          <IconBrandBluesky size={18} stroke={1.6} aria-hidden /> Bluesky
        </span>
        <span className={classes.network}>
          <IconBrandMastodon size={18} stroke={1.6} aria-hidden /> Mastodon
        </span>
      </footer>
    </div>
  );
}
