import { ActionIcon, Button, Group, Modal, MultiSelect, Stack, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addressOf } from '@/api/accounts';
import { api, ifMatch } from '@/api/client';
import { useCan, useOrg } from '@/api/me';
import { asProblem } from '@/api/problem';
import type { Account, AccountSlots, SlotTime, Weekday } from '@/api/types';
import { ShiftNote } from '@/parts/repeat/Occurrences';
import { WEEKDAYS, weekdayName } from '@/parts/repeat/rule';
import { notifyDone } from '@/shell/notify';
import { ErrorState } from '@/ui/ErrorState';
import { FormProblem } from '@/ui/FormProblem';
import { FormSkeleton } from '@/ui/Skeletons';
import { formatTime, zoneCity } from '@/ui/time';
import { ZoneSelect } from '@/ui/ZoneSelect';
import classes from './SlotsDialog.module.css';
import { inWeek, MOST_SLOTS, PRESETS, without, withTime } from './slots';

interface Props {
  account: Account;
  opened: boolean;
  onClose: () => void;
}

/** The times of the week at which an account likes to post. */
export function SlotsDialog({ account, opened, onClose }: Props) {
  const { t } = useTranslation('accounts');
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size="lg"
      title={t('slots.title', { handle: addressOf(account) })}
      closeButtonProps={{ 'aria-label': t('action.close', { ns: 'common' }) }}
    >
      <Loading account={account} onClose={onClose} />
    </Modal>
  );
}

function Loading({ account, onClose }: Omit<Props, 'opened'>) {
  const slots = api.useQuery('get', '/api/accounts/{id}/slots', { params: { path: { id: account.id } } });
  if (slots.isPending) return <FormSkeleton fields={3} />;
  if (!slots.data) return <ErrorState error={slots.error} onRetry={() => void slots.refetch()} />;
  return <Week key={slots.data.version} account={account} slots={slots.data} onClose={onClose} />;
}

function Week({ account, slots, onClose }: { account: Account; slots: AccountSlots; onClose: () => void }) {
  const { t } = useTranslation('accounts');
  const org = useOrg();
  const mayChange = useCan('posts.publish');
  const queries = useQueryClient();
  const [times, setTimes] = useState<SlotTime[]>(slots.times);
  const [zone, setZone] = useState(slots.own_zone);
  const save = api.useMutation('put', '/api/accounts/{id}/slots', {
    meta: { handlesError: true },
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['get', '/api/accounts/{id}/slots'] });
      notifyDone(t('slots.saved'));
      onClose();
    },
  });
  const submit = () => {
    const params = { path: { id: account.id }, header: ifMatch(slots.version) };
    save.mutate({ params, body: { zone, times } });
  };
  return (
    <Stack gap="md">
      <p className={classes.lead}>{t('slots.lead')}</p>
      {mayChange && times.length === 0 && <Presets onPick={setTimes} />}
      <Days times={times} mayChange={mayChange} onRemove={(gone) => setTimes(without(times, gone))} />
      {mayChange && (
        <AddTime
          full={times.length >= MOST_SLOTS}
          onAdd={(days, time) => setTimes(withTime(times, days, time))}
        />
      )}
      {mayChange && (
        <ZoneSelect
          label={t('slots.zone')}
          value={zone ?? org.zone}
          onChange={(value) => setZone(value === org.zone ? null : value)}
        />
      )}
      <Free slots={slots} />
      <FormProblem problem={save.isError ? asProblem(save.error) : null} />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t(mayChange ? 'action.cancel' : 'action.close', { ns: 'common' })}
        </Button>
        {mayChange && (
          <Button loading={save.isPending} onClick={submit} disabled={times.length > MOST_SLOTS}>
            {t('slots.save')}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

function Presets({ onPick }: { onPick: (times: SlotTime[]) => void }) {
  const { t } = useTranslation('accounts');
  return (
    <Group gap={8} role="group" aria-label={t('slots.presets')}>
      {(Object.keys(PRESETS) as (keyof typeof PRESETS)[]).map((name) => (
        <Button key={name} size="compact-sm" variant="default" onClick={() => onPick(inWeek(PRESETS[name]))}>
          {t(`slots.preset.${name}`)}
        </Button>
      ))}
    </Group>
  );
}

interface DaysProps {
  times: SlotTime[];
  mayChange: boolean;
  onRemove: (slot: SlotTime) => void;
}

function Days({ times, mayChange, onRemove }: DaysProps) {
  const { t } = useTranslation('accounts');
  if (times.length === 0) return <p className={classes.none}>{t('slots.none')}</p>;
  return (
    <dl className={classes.week}>
      {WEEKDAYS.filter((day) => times.some(({ weekday }) => weekday === day)).map((day) => (
        <div key={day} className={classes.day}>
          <dt>{weekdayName(day)}</dt>
          <dd>
            {times
              .filter(({ weekday }) => weekday === day)
              .map((slot) => (
                <span key={slot.time} className={classes.time}>
                  {slot.time}
                  {mayChange && (
                    <ActionIcon
                      size="sm"
                      aria-label={t('slots.remove', { day: weekdayName(day), time: slot.time })}
                      onClick={() => onRemove(slot)}
                    >
                      <IconX size={14} stroke={1.8} aria-hidden />
                    </ActionIcon>
                  )}
                </span>
              ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function AddTime({ full, onAdd }: { full: boolean; onAdd: (days: Weekday[], time: string) => void }) {
  const { t } = useTranslation('accounts');
  const [days, setDays] = useState<Weekday[]>([]);
  const [time, setTime] = useState('09:00');
  const add = () => {
    onAdd(days, time);
    setDays([]);
  };
  return (
    <div className={classes.add}>
      <MultiSelect
        label={t('slots.days')}
        placeholder={days.length === 0 ? t('slots.choose') : undefined}
        data={WEEKDAYS.map((day) => ({ value: day, label: weekdayName(day) }))}
        value={days}
        onChange={(chosen) => setDays(chosen as Weekday[])}
      />
      <TextInput
        type="time"
        label={t('slots.time')}
        value={time}
        onChange={(event) => setTime(event.currentTarget.value.slice(0, 5))}
      />
      <Button variant="default" disabled={full || days.length === 0 || !time} onClick={add}>
        {t('slots.add')}
      </Button>
      {full && <p className={classes.none}>{t('slots.full', { count: MOST_SLOTS })}</p>}
    </div>
  );
}

/** The next free ones, as they are saved. */
function Free({ slots }: { slots: AccountSlots }) {
  const { t } = useTranslation('accounts');
  const heading = useId();
  if (slots.next_free.length === 0) return null;
  return (
    <section aria-labelledby={heading}>
      <h3 id={heading} className={classes.heading}>
        {t('slots.free', { city: zoneCity(slots.zone) })}
      </h3>
      <ol className={classes.free}>
        {slots.next_free.slice(0, 5).map(({ schedule, shift }) => (
          <li key={schedule.at}>
            <time dateTime={schedule.at}>{formatTime(schedule.at, schedule.zone)}</time>
            <ShiftNote occurrence={{ wanted: schedule.local, schedule, shift }} />
          </li>
        ))}
      </ol>
    </section>
  );
}
