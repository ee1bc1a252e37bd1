import { Button, Group, Input, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOrg } from '@/api/me';
import { Problem } from '@/api/problem';
import { WhenProblem } from '@/parts/schedule/WhenProblem';
import { deviceZone, formatTime, offsetLabel, zoneCity } from '@/ui/time';
import { ZoneSelect } from '@/ui/ZoneSelect';
import { dayOf, daysBetween } from '@/ui/zoned';
import { bringIntoSight } from './bringIntoSight';
import classes from './WhenPanel.module.css';
import { distance, quickPicks, type Verdict, type When } from './when';

/** What the panel for a time of one's own needs. */
export interface WhenPanelProps {
  when: When;
  verdict: Verdict;
  now: Date;
  /** The last refusal; shown here when it is about the time. */
  problem: Problem | null;
  busy: boolean;
  onChange: (when: When) => void;
  /** One of the offered times was chosen. */
  onChoose: (when: When) => void;
}

const TIME_SLUGS = ['time-in-gap', 'time-ambiguous', 'time-in-past'];

/** Whether a refusal is about the time, and so is shown beside it. */
export function isAboutTime(problem: Problem | null): problem is Problem {
  return problem !== null && TIME_SLUGS.includes(problem.slug);
}

/** When the post goes out: wall clock and zone, what that means, and what to choose when it means nothing. */
export function WhenPanel({ when, verdict, now, problem, busy, onChange, onChoose }: WhenPanelProps) {
  const { t } = useTranslation('composer');
  const refused = isAboutTime(problem) ? problem : asRefusal(verdict, when, t);
  const [date = '', time = ''] = when.local.split('T');
  const set = (change: Partial<When>) => onChange({ ...when, disambiguation: null, ...change });

  return (
    <>
      <QuickPicks when={when} now={now} onPick={(local) => set({ local })} />
      <div className={classes.fields}>
        <TextInput
          type="date"
          label={t('when.date')}
          value={date}
          min={dayOf(now.getTime(), when.zone)}
          onChange={(event) => set({ local: `${event.currentTarget.value}T${time}` })}
        />
        <TextInput
          type="time"
          label={t('when.time')}
          value={time}
          onChange={(event) => set({ local: `${date}T${event.currentTarget.value.slice(0, 5)}` })}
        />
        <Zone zone={when.zone} onChange={(zone) => set({ zone })} />
      </div>
      {refused ? (
        <div className={classes.refused} ref={refused === problem ? bringIntoSight : undefined}>
          <WhenProblem problem={refused} busy={busy} onChoose={onChoose} />
        </div>
      ) : (
        <Meaning verdict={verdict} when={when} now={now} />
      )}
    </>
  );
}

type Translate = ReturnType<typeof useTranslation<'composer'>>['t'];

/** What the server would say of this time, said at once. */
function asRefusal(verdict: Verdict, { local, zone }: When, t: Translate): Problem | null {
  if (verdict.state === 'ok' || verdict.state === 'incomplete') return null;
  return new Problem({
    type: 'time',
    status: 422,
    detail: t(`when.${verdict.state}`, { time: local.slice(11), city: zoneCity(zone) }),
    choices: verdict.choices,
  });
}

function QuickPicks({ when, now, onPick }: { when: When; now: Date; onPick: (local: string) => void }) {
  const { t } = useTranslation('composer');
  return (
    <Group gap={8} mb="sm" role="group" aria-label={t('when.quick.label')}>
      {quickPicks(now, when.zone).map(({ name, when: pick }) => (
        <Button
          key={name}
          size="compact-sm"
          variant="default"
          className={classes.pick}
          aria-pressed={pick.local === when.local}
          onClick={() => onPick(pick.local)}
        >
          {t(`when.quick.${name}`, { time: pick.local.slice(11).replace(/^0/, '') })}
        </Button>
      ))}
    </Group>
  );
}

/** The zone by name, and a way to another one: rarely needed, always visible. */
function Zone({ zone, onChange }: { zone: string; onChange: (zone: string) => void }) {
  const { t } = useTranslation('composer');
  const org = useOrg();
  const [open, setOpen] = useState(false);
  if (open || zone !== org.zone) {
    return (
      <div className={classes.zone}>
        <ZoneSelect
          label={t('when.zone')}
          value={zone}
          onChange={(value) => value && onChange(value)}
          description={undefined}
        />
        {zone !== org.zone && (
          <Button size="compact-xs" variant="subtle" mt={4} onClick={() => onChange(org.zone)}>
            {t('when.org', { city: zoneCity(org.zone) })}
          </Button>
        )}
      </div>
    );
  }
  return (
    <Input.Wrapper label={t('when.zone')} labelElement="div" className={classes.zone}>
      <button
        type="button"
        className={classes.current}
        aria-label={t('when.changeZone', { zone })}
        onClick={() => setOpen(true)}
      >
        {zoneCity(zone)} <span className={classes.dim}>{offsetLabel(zone)}</span>
        <span className={classes.change}>{t('when.change')}</span>
      </button>
    </Input.Wrapper>
  );
}

/** The chosen instant in words, and on the reader's own clock when that differs. */
function Meaning({ verdict, when, now }: { verdict: Verdict; when: When; now: Date }) {
  const { t } = useTranslation('composer');
  if (verdict.state !== 'ok') return <p className={classes.meaning}>{t('findings.noTime')}</p>;
  const { at } = verdict;
  const own = deviceZone();
  const differs = offsetLabel(own, at) !== offsetLabel(when.zone, at);
  const days = daysBetween(dayOf(at.getTime(), when.zone), dayOf(at.getTime(), own));
  const elsewhere = days === 0 ? 'elsewhere' : days > 0 ? 'dayAfter' : 'dayBefore';
  const words = distance(at, when.zone, now);
  return (
    <p className={classes.meaning}>
      {t('when.in', {
        distance: words.charAt(0).toUpperCase() + words.slice(1),
        when: formatTime(at, when.zone),
        city: zoneCity(when.zone),
        offset: offsetLabel(when.zone, at),
      })}
      {differs && (
        <> · {t(`when.${elsewhere}`, { time: formatTime(at, own, 'time'), city: zoneCity(own) })}</>
      )}
    </p>
  );
}
