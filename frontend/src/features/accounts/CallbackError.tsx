import { Alert } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** Why the network sent the person back without a connection. `detail` is the server's sentence. */
export function CallbackError({
  slug,
  detail,
  onClose,
}: {
  slug: string;
  detail?: string;
  onClose: () => void;
}) {
  const { t } = useTranslation('accounts');
  const denied = slug === 'access_denied' || slug === 'access-denied';
  return (
    <Alert
      color="brick"
      variant="light"
      role="alert"
      mb="lg"
      title={t('callback.title')}
      withCloseButton
      closeButtonLabel={t('action.close', { ns: 'common' })}
      onClose={onClose}
    >
      {denied ? t('callback.denied') : detail || t('callback.other')}
    </Alert>
  );
}
