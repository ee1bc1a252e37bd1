import { Button, Group, Modal, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { signIn, signOut, useSession } from '@/api/session';

/** Covers the page, without leaving it, when the sign-in ended or another tab changed the organization. */
export default function SessionDialog() {
  const { t } = useTranslation();
  const session = useSession();
  const [leaving, setLeaving] = useState(false);
  const expired = session === 'expired' || session === 'signed-out';
  const renew = () => {
    setLeaving(true);
    void signIn().catch(() => setLeaving(false));
  };
  return (
    <Modal
      opened={expired || session === 'switched'}
      onClose={() => {}}
      withCloseButton={false}
      title={expired ? t('session.ended') : t('session.switched')}
    >
      <Text>{expired ? t('session.endedText') : t('session.switchedText')}</Text>
      <Group justify="flex-end" gap="xs" mt="lg">
        {expired ? (
          <>
            <Button variant="default" onClick={() => void signOut()}>
              {t('session.leave')}
            </Button>
            <Button onClick={renew} loading={leaving} data-autofocus>
              {t('action.signInAgain')}
            </Button>
          </>
        ) : (
          <Button onClick={() => location.assign('/calendar')} data-autofocus>
            {t('session.goOn')}
          </Button>
        )}
      </Group>
    </Modal>
  );
}
