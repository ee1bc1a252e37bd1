import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem, type Problem } from '@/api/problem';
import type { ScheduleInput } from '@/api/types';
import { formatTime, offsetLabel, zoneCity } from '@/ui/time';
import { instantsOf } from '@/ui/zoned';
import { WhenProblem } from './WhenProblem';

interface Props {
  /** The words: moving what has a time, or giving it its first one. */
  purpose: 'move' | 'schedule';
  /** What the form starts with: a wall clock such as `2026-11-24T09:00`. */
  local: string;
  zone: string;
  /** Why a try elsewhere (a drop, a key) did not work; shown with the choices it offers. */
  problem?: Problem | null;
  /** Does it; throws the server's problem. `latest`: even if somebody changed the post meanwhile. */
  onSubmit: (when: ScheduleInput, latest: boolean) => Promise<void>;
  onClose: () => void;
}

/** Date and time on a zone's wall clock: the form twin of every drag, and where refused moves end up. */
export function WhenDialog({ purpose, local, zone, problem: given = null, onSubmit, onClose }: Props) {
  const { t } = useTranslation('schedule');
  const [date, setDate] = useState(local.slice(0, 10));
  const [time, setTime] = useState(local.slice(11, 16));
  const [problem, setProblem] = useState(given);
  const [busy, setBusy] = useState(false);

  const complete = date !== '' && time !== '';
  const wanted = `${date}T${time}`;
  const instant = complete ? instantsOf(wanted, zone)[0] : undefined;

  const send = async (when: ScheduleInput, latest = false) => {
    setBusy(true);
    try {
      await onSubmit(when, latest);
      onClose();
    } catch (thrown) {
      setProblem(asProblem(thrown));
      setBusy(false);
    }
  };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (complete) void send({ local: wanted, zone }, problem?.slug === 'stale-version');
  };

  const edit = (set: (value: string) => void) => (event: { currentTarget: { value: string } }) => {
    set(event.currentTarget.value);
    if (problem?.slug !== 'stale-version') setProblem(null);
  };

  return (
    <Modal
      opened
      onClose={onClose}
      title={t(`title.${purpose}`)}
      closeButtonProps={{ 'aria-label': t('action.close', { ns: 'common' }) }}
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <Group gap="sm" grow align="flex-start">
            <TextInput type="date" label={t('date')} value={date} onChange={edit(setDate)} data-autofocus />
            <TextInput type="time" label={t('time')} value={time} onChange={edit(setTime)} />
          </Group>
          <p style={{ margin: 0, color: 'var(--mantine-color-dimmed)' }}>
            {complete
              ? t('zone', {
                  city: zoneCity(zone),
                  offset: offsetLabel(zone, new Date(instant ?? Date.now())),
                })
              : t('noTime')}
          </p>
          {problem && <WhenProblem problem={problem} busy={busy} onChoose={(when) => void send(when)} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('action.cancel', { ns: 'common' })}
            </Button>
            <Button type="submit" loading={busy} disabled={!complete}>
              {problem?.slug === 'stale-version'
                ? t('staleSubmit')
                : instant === undefined
                  ? t(`submitPlain.${purpose}`)
                  : t(`submit.${purpose}`, { when: shortTime(instant, zone) })}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** `Tue 24 Nov, 09:00`: the full form without the year. */
function shortTime(at: number, zone: string): string {
  return formatTime(new Date(at), zone).replace(/,? (\d+ \S+) \d{4},?/, ' $1,');
}
