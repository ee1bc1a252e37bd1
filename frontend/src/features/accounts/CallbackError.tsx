import { Alert } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** Why the network sent the person back without a connection. `detail` is the server's sentence. */
export function CallbackError({ detail, onClose }: { detail?: string; onClose: () => void }) {
  const { t } = useTranslation('accounts');
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
      {detail || t('callback.other')}
    </Alert>
  );
}
