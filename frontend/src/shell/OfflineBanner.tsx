import { useNetwork } from '@mantine/hooks';
import { IconWifiOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './OfflineBanner.module.css';

/** Says so while there is no network: reading goes on from what is here, saving does not. */
export function OfflineBanner() {
  const { t } = useTranslation();
  const { online } = useNetwork();
  return (
    <div role="status">
      {!online && (
        <p className={classes.banner}>
          <IconWifiOff size={18} stroke={1.6} aria-hidden />
          {t('offline')}
        </p>
      )}
    </div>
  );
}
