import { useTranslation } from 'react-i18next';
import type { Account } from '@/api/types';
import { settingLabel } from '@/parts/settingWords';
import { PlatformBadge } from '@/ui/PlatformBadge';
import { COLUMNS, columnsOf, isNeeded, networksOf } from './columns';
import classes from './ImportPage.module.css';

/** Which columns a sheet may have, those for the settings of connected networks included. */
export function Columns({ accounts }: { accounts: Account[] }) {
  const { t } = useTranslation(['import', 'networks']);
  const networks = networksOf(accounts);
  return (
    <details className={classes.columns}>
      <summary>{t('columns.title')}</summary>
      <dl>
        {COLUMNS.map((column) => (
          <div key={column} className={classes.column}>
            <dt>
              <code>{column.replace('_', ' ')}</code>
            </dt>
            <dd>{t(`columns.${column}`)}</dd>
          </div>
        ))}
      </dl>
      {networks.length > 0 && (
        <>
          <h3 className={classes.columnsTitle}>{t('columns.settings')}</h3>
          <p className={classes.columnsText}>{t('columns.settingsText')}</p>
        </>
      )}
      {networks.map((platform) => (
        <section key={platform} aria-labelledby={`columns-${platform}`}>
          <h4 id={`columns-${platform}`} className={classes.columnsOf}>
            <PlatformBadge platform={platform} size={16} decorative /> {t(`common:platform.${platform}`)}
          </h4>
          <dl>
            {columnsOf(platform).map((column) => (
              <div key={column.name} className={classes.column}>
                <dt>
                  <code>{column.name}</code>
                </dt>
                <dd>
                  {settingLabel(platform, column.rule.name)}
                  {isNeeded(column) && <strong>{t('columns.needed')}</strong>}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </details>
  );
}
