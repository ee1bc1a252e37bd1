import { Button, NumberInput, SegmentedControl, Skeleton, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { asProblem, fieldErrors, type Problem } from '@/api/problem';
import type { RepeatRule } from '@/api/types';
import { ZoneSelect } from '@/ui/ZoneSelect';
import { dayName } from '@/ui/zoned';
import { Occurrences } from './Occurrences';
import classes from './Repeat.module.css';
import { inUnits, ruleWords, WEEKDAYS, weekdayName } from './rule';
import { useOutlook } from './useOutlook';

/** Dates that the editor shows. */
const DATES = 5;

interface Props {
  rule: RepeatRule;
  /** The first date must be to come: for a series that is not there yet. */
  fresh: boolean;
  onChange: (rule: RepeatRule) => void;
}

/** How a post repeats: a few fields, the sentence they make, and the dates that follow. */
export function RuleEditor({ rule, fresh, onChange }: Props) {
  const { t } = useTranslation('series');
  const outlook = useOutlook(rule);
  const errors = errorsOf(outlook.isError ? asProblem(outlook.error) : null);
  const set = (change: Partial<RepeatRule>) => onChange({ ...rule, ...change });
  return (
    <div className={classes.editor}>
      <div className={classes.line}>
        <SegmentedControl
          aria-label={t('editor.frequency')}
          value={rule.frequency.kind}
          onChange={(kind) => onChange(inUnits(rule, kind))}
          data={(['daily', 'weekly', 'monthly'] as const).map((kind) => ({
            value: kind,
            label: t(`editor.${kind}`),
          }))}
        />
      </div>
      <div className={classes.line}>
        <NumberInput
          className={classes.narrow}
          label={t('editor.interval')}
          min={1}
          max={365}
          value={rule.interval}
          error={errors.interval}
          onChange={(value) => set({ interval: Number(value) || 0 })}
        />
        <span className={classes.unit}>
          {t(`editor.unit_${rule.frequency.kind}`, { count: rule.interval })}
        </span>
        <TextInput
          type="time"
          label={t('editor.time')}
          value={rule.time}
          error={errors.time}
          onChange={(event) => set({ time: event.currentTarget.value.slice(0, 5) })}
        />
        <ZoneSelect
          className={classes.zone}
          label={t('editor.zone')}
          value={rule.zone}
          error={errors.zone}
          description={undefined}
          onChange={(zone) => zone && set({ zone })}
        />
      </div>
      <Days rule={rule} errors={errors} onChange={onChange} />
      <Limits rule={rule} errors={errors} onChange={onChange} />
      <section className={classes.outlook} aria-live="polite" aria-label={t('editor.dates')}>
        <p className={classes.sentence}>{ruleWords(rule, t)}</p>
        <Outlook rule={rule} outlook={outlook} fresh={fresh} onChange={onChange} />
      </section>
    </div>
  );
}

type Errors = Record<string, string>;

/** The server's words by field of the rule. */
function errorsOf(problem: Problem | null): Errors {
  if (!problem) return {};
  const entries = Object.entries(fieldErrors(problem));
  return Object.fromEntries(entries.map(([field, words]) => [field.replace(/^rule\./, ''), words]));
}

interface Part {
  rule: RepeatRule;
  errors: Errors;
  onChange: (rule: RepeatRule) => void;
}

function Days({ rule, errors, onChange }: Part) {
  const { t } = useTranslation('series');
  const { frequency } = rule;
  if (frequency.kind === 'daily') return null;
  if (frequency.kind === 'monthly') {
    return (
      <NumberInput
        className={classes.medium}
        label={t('editor.day')}
        description={frequency.day > 28 ? t('editor.dayHelp') : undefined}
        min={1}
        max={31}
        value={frequency.day}
        error={errors['frequency.day']}
        onChange={(value) => onChange({ ...rule, frequency: { kind: 'monthly', day: Number(value) || 0 } })}
      />
    );
  }
  const toggle = (day: (typeof WEEKDAYS)[number]) => {
    const chosen = WEEKDAYS.filter((each) => frequency.weekdays.includes(each) !== (each === day));
    onChange({ ...rule, frequency: { kind: 'weekly', weekdays: chosen } });
  };
  return (
    <fieldset className={classes.group}>
      <legend>{t('editor.weekdays')}</legend>
      <div className={classes.days}>
        {WEEKDAYS.map((day) => (
          <button
            key={day}
            type="button"
            className={classes.day}
            aria-pressed={frequency.weekdays.includes(day)}
            aria-label={weekdayName(day)}
            onClick={() => toggle(day)}
          >
            {weekdayName(day, 'short')}
          </button>
        ))}
      </div>
      {errors['frequency.weekdays'] && <p className={classes.problems}>{errors['frequency.weekdays']}</p>}
    </fieldset>
  );
}

function Limits({ rule, errors, onChange }: Part) {
  const { t } = useTranslation('series');
  const { ends } = rule;
  const kinds: Record<typeof ends.kind, RepeatRule['ends']> = {
    never: { kind: 'never' },
    on_date: { kind: 'on_date', date: rule.starts_on },
    after: { kind: 'after', count: 10 },
  };
  return (
    <div className={classes.line}>
      <TextInput
        type="date"
        label={t('editor.starts')}
        value={rule.starts_on}
        error={errors.starts_on}
        onChange={(event) => onChange({ ...rule, starts_on: event.currentTarget.value })}
      />
      <fieldset className={classes.group}>
        <legend>{t('editor.ends')}</legend>
        <SegmentedControl
          aria-label={t('editor.ends')}
          value={ends.kind}
          onChange={(kind) => onChange({ ...rule, ends: kinds[kind] })}
          data={(['never', 'on_date', 'after'] as const).map((kind) => ({
            value: kind,
            label: t(`editor.${kind}`),
          }))}
        />
      </fieldset>
      {ends.kind === 'on_date' && (
        <TextInput
          type="date"
          label={t('editor.date')}
          value={ends.date}
          error={errors['ends.date']}
          onChange={(event) =>
            onChange({ ...rule, ends: { kind: 'on_date', date: event.currentTarget.value } })
          }
        />
      )}
      {ends.kind === 'after' && (
        <NumberInput
          className={classes.narrow}
          label={t('editor.count')}
          min={1}
          max={1000}
          value={ends.count}
          error={errors['ends.count']}
          onChange={(value) => onChange({ ...rule, ends: { kind: 'after', count: Number(value) || 0 } })}
        />
      )}
    </div>
  );
}

interface OutlookProps extends Props {
  outlook: ReturnType<typeof useOutlook>;
}

function Outlook({ rule, outlook, fresh, onChange }: OutlookProps) {
  const { t } = useTranslation('series');
  if (outlook.isError) {
    const { errors, detail } = asProblem(outlook.error);
    const words = errors.length > 0 ? errors.map((error) => `${error.detail} ${error.fix}`) : [detail];
    return (
      <ul className={classes.problems} role="alert">
        {words.map((each) => (
          <li key={each}>{each || t('error.other.advice', { ns: 'common' })}</li>
        ))}
      </ul>
    );
  }
  if (!outlook.data) {
    return (
      <div role="status" aria-label={t('editor.working')}>
        {Array.from({ length: DATES }, (_, line) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike and never move
          <Skeleton key={line} height={12} width={240} mb={10} />
        ))}
      </div>
    );
  }
  const { upcoming } = outlook.data;
  const [first] = upcoming;
  const day = first?.wanted.slice(0, 10) ?? '';
  return (
    <>
      <Occurrences occurrences={upcoming.slice(0, DATES)} label={t('editor.dates')} />
      {fresh && outlook.settled && first && first.number > 1 && (
        <p className={classes.unit}>
          {t('editor.passed')}{' '}
          <Button size="compact-sm" variant="default" onClick={() => onChange({ ...rule, starts_on: day })}>
            {t('editor.begin', { date: dayName(day, { day: 'numeric', month: 'short' }) })}
          </Button>
        </p>
      )}
    </>
  );
}
