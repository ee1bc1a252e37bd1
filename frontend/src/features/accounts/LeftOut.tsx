import { Alert } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Scope } from '@/api/networks';
import type { Platform } from '@/api/types';

interface Props {
  platform: Platform | null;
  missing: Pick<Scope, 'name' | 'purpose'>[];
  onClose?: () => void;
}

/** Which permissions were left out at the network, and what will not work without them. */
export function LeftOut({ platform, missing, onClose }: Props) {
  const { t } = useTranslation('accounts');
  if (missing.length === 0) return null;
  const network = platform ? t(`platform.${platform}`, { ns: 'common' }) : t('leftOut.network');
  return (
    <Alert
      color="amber"
      variant="light"
      role="status"
      title={t('leftOut.title', { network })}
      withCloseButton={onClose !== undefined}
      closeButtonLabel={t('action.close', { ns: 'common' })}
      onClose={onClose}
    >
      {t('leftOut.lead')}
      <ul style={{ margin: '4px 0 8px', paddingInlineStart: 20 }}>
        {missing.map(({ name, purpose }) => (
          <li key={name}>
            {purpose || t('leftOut.unknown')} <code>{name}</code>
          </li>
        ))}
      </ul>
      {t('leftOut.again')}
    </Alert>
  );
}
