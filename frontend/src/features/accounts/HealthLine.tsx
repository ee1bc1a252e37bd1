import { IconAlertTriangle, IconCircleCheck, IconPlugConnectedX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Account } from '@/api/types';
import classes from './HealthLine.module.css';

const ICONS = {
  healthy: IconCircleCheck,
  reconnect: IconAlertTriangle,
  disconnected: IconPlugConnectedX,
  error: IconAlertTriangle,
};

/** Whether an account works, in a word with an icon. */
export function HealthLine({ status }: { status: Account['status'] }) {
  const { t } = useTranslation('accounts');
  const Icon = ICONS[status];
  return (
    <p className={classes.line} data-status={status}>
      <Icon size={17} stroke={1.8} aria-hidden />
      {t(`health.${status}`)}
    </p>
  );
}
