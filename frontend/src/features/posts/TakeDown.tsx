import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account, Delivery } from '@/api/types';
import { atHandle } from '@/parts/accountName';
import { takesThread } from '@/parts/networkRules';
import { ConfirmDialog } from '@/ui/ConfirmDialog';

interface Props {
  delivery: Delivery;
  account: Account;
  busy: boolean;
  onTakeDown: () => void;
}

/** Deletes what is out at its network, once it was said what goes with it. */
export function TakeDown({ delivery, account, busy, onTakeDown }: Props) {
  const { t } = useTranslation('posts');
  const [asking, setAsking] = useState(false);
  const { platform } = delivery;
  const network = t(`platform.${platform}`, { ns: 'common' });
  const close = () => setAsking(false);
  const where = platform === 'page' ? 'page' : 'network';
  // Where a comment is a post of its own, one that the network never named is looked for before the rest goes.
  const unnamed = delivery.shortfalls.some(({ what, reason }) => what === 'first_comment' && reason === null);
  const sought = unnamed && takesThread(account);
  return (
    <>
      <Button size="xs" variant="subtle" color="gray" loading={busy} onClick={() => setAsking(true)}>
        {t('takeDown.ask')}
      </Button>
      <ConfirmDialog
        opened={asking}
        danger
        title={t(`takeDown.${where}.title`, { network })}
        confirmLabel={t('takeDown.do')}
        onClose={close}
        onConfirm={() => {
          close();
          onTakeDown();
        }}
      >
        {t(`takeDown.${where}.text`, { network, account: atHandle(account) })}{' '}
        {sought && <>{t('takeDown.comment', { network })} </>}
        {t('takeDown.final')}
      </ConfirmDialog>
    </>
  );
}
