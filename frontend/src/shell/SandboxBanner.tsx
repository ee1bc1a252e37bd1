import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { loadConfig, SANDBOX_TIMELINES } from '@/api/config';
import classes from './SandboxBanner.module.css';

/** Says on every page that the networks are simulated, so that nobody takes what they see for published. */
export function SandboxBanner() {
  const { t } = useTranslation();
  const [sandbox, setSandbox] = useState(false);
  useEffect(() => {
    // Without an answer the page cannot sign in either, and says so by itself.
    loadConfig().then(
      (config) => setSandbox(config.sandbox === true),
      () => {},
    );
  }, []);
  useEffect(() => {
    document.documentElement.toggleAttribute('data-sandbox', sandbox);
  }, [sandbox]);
  if (!sandbox) return null;
  return (
    <aside className={classes.banner} aria-label={t('sandbox.title')}>
      <p className={classes.words}>
        <strong>{t('sandbox.title')}:</strong> {t('sandbox.text')}
      </p>
      <a className={classes.link} href={SANDBOX_TIMELINES} target="_blank" rel="noreferrer">
        {t('sandbox.link')}
      </a>
    </aside>
  );
}
