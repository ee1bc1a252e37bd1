import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Account } from '@/api/types';
import { AccountPicker, inOrder } from '@/parts/AccountPicker';
import { ZoneSelect } from '@/ui/ZoneSelect';
import classes from './ImportPage.module.css';
import type { Import } from './useImport';

/** What holds for rows that name no accounts or no zone. */
export function Usual({ sheet, accounts }: { sheet: Import; accounts: Account[] }) {
  const { t } = useTranslation('import');
  const { zone, accounts: chosen } = sheet.sheet;
  const toggle = (id: string) => {
    const others = chosen.filter((each) => each !== id);
    sheet.change({ accounts: others.length < chosen.length ? others : [...chosen, id] });
  };
  return (
    <section className={classes.part} aria-labelledby="import-usual">
      <h2 id="import-usual" className={classes.title}>
        {t('usual.title')}
      </h2>
      {accounts.length === 0 ? (
        <p className={classes.hint}>
          {t('usual.noAccounts')} <Link to="/accounts">{t('usual.connect')}</Link>
        </p>
      ) : (
        <>
          <p className={classes.hint}>{t('usual.accountsHint')}</p>
          <AccountPicker
            label={t('usual.accounts')}
            accounts={inOrder(accounts)}
            chosen={chosen}
            onToggle={toggle}
          />
        </>
      )}
      <ZoneSelect
        label={t('usual.zone')}
        value={zone}
        onChange={(value) => value && sheet.change({ zone: value })}
        className={classes.zone}
      />
    </section>
  );
}
