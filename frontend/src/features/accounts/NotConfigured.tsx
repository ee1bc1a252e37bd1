import { useTranslation } from 'react-i18next';
import type { Network } from '@/api/networks';
import { PlatformBadge } from '@/ui/PlatformBadge';
import classes from './ConnectCards.module.css';

/** Networks whose app the operator has yet to set up: which secret is missing, and where it says how. */
export function NotConfigured({ networks }: { networks: Network[] }) {
  const { t } = useTranslation('accounts');
  return (
    <div className={classes.waiting}>
      <h3 className={classes.waitingTitle}>{t('connect.waiting')}</h3>
      <p className={classes.waitingText}>{t('connect.waitingText')}</p>
      <ul className={classes.rows} aria-label={t('connect.waiting')}>
        {networks.map(({ platform, ways }) => (
          <li key={platform} className={classes.row}>
            <PlatformBadge platform={platform} size={24} decorative />
            <strong className={classes.rowName}>{t(`connect.${platform}.name`)}</strong>
            <span className={classes.rowWhat}>
              {t('connect.secret', { count: ways.length })}{' '}
              {ways.map(({ name, secret }) => (
                <code key={name} className={classes.secret}>
                  {secret ?? name}
                </code>
              ))}
            </span>
            <span className={classes.rowGuide}>
              {t('connect.guide')} <code>docs/networks/{platform}.md</code>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
