import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AppConfig, loadConfig } from '@/api/config';
import classes from './SandboxBanner.module.css';

/** Says on every page that the networks are simulated, so that nobody takes what they see for published. */
export function SandboxBanner() {
  const { t } = useTranslation();
  const [config, setConfig] = useState<AppConfig | null>(null);
  const sandbox = config?.sandbox === true;
  useEffect(() => {
    // Without an answer the page cannot sign in either, and says so by itself.
    loadConfig().then(setConfig, () => {});
  }, []);
  useEffect(() => {
    document.documentElement.toggleAttribute('data-sandbox', sandbox);
  }, [sandbox]);
  if (!sandbox) return null;
  return (
    <aside className={classes.banner} aria-label={t('sandbox.title')}>
      <p className={classes.words}>
        <strong>{t('sandbox.title')}:</strong> {t('sandbox.text')}{' '}
        <span className={classes.more}>{t('sandbox.more')}</span>
      </p>
      {config?.sandbox_url && (
        <a className={classes.link} href={config.sandbox_url} target="_blank" rel="noreferrer">
          {t('sandbox.link')}
        </a>
      )}
    </aside>
  );
}
