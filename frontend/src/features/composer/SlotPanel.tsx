import { Radio, Skeleton, Stack } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import type { Account } from '@/api/types';
import { atHandle } from '@/parts/accountName';
import { formatTime, zoneCity } from '@/ui/time';
import classes from './WhenPanel.module.css';

interface Props {
  /** The chosen accounts. */
  chosen: Account[];
  /** Whose slot to take. */
  value: string | null;
  onChange: (account: string) => void;
}

/** Whose next free slot the post takes. */
export function SlotPanel({ chosen, value, onChange }: Props) {
  const { t } = useTranslation('composer');
  if (chosen.length === 0) return <p className={classes.meaning}>{t('when.slot.choose')}</p>;
  return (
    <Radio.Group
      label={t('when.slot.label')}
      description={chosen.length > 1 ? t('when.slot.all') : undefined}
      value={value ?? ''}
      onChange={onChange}
    >
      <Stack gap={10} mt="xs">
        {chosen.map((account) => (
          <Slot
            key={account.id}
            account={account}
            free={!chosen.some(({ id }) => id === value)}
            onFirst={() => onChange(account.id)}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}

/** `free` tells that no account is chosen yet: the first one that has a slot is, then. */
function Slot({ account, free, onFirst }: { account: Account; free: boolean; onFirst: () => void }) {
  const { t } = useTranslation('composer');
  const path = { id: account.id };
  const slots = api.useQuery('get', '/api/accounts/{id}/slots', { params: { path } }, { staleTime: 10_000 });
  const next = slots.data?.next_free[0];
  const takes = free && next !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: chosen once, when the slots are known
  useEffect(() => {
    if (takes) onFirst();
  }, [takes]);
  const description = () => {
    if (slots.isPending) return <Skeleton component="span" display="block" height={12} width={200} mt={4} />;
    if (!slots.data) return t('when.slot.failed');
    if (next) {
      const { at, zone } = next.schedule;
      return t('when.slot.free', { when: formatTime(at, zone), city: zoneCity(zone) });
    }
    if (slots.data.times.length > 0) return t('when.slot.full');
    return (
      <>
        {t('when.slot.none')}{' '}
        <Link to="/accounts" className={classes.follow}>
          {t('when.slot.set')}
        </Link>
      </>
    );
  };
  return (
    <Radio
      value={account.id}
      disabled={!next}
      label={`${t(`platform.${account.platform}`, { ns: 'common' })} · ${atHandle(account)}`}
      description={description()}
    />
  );
}
