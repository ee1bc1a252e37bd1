import { SegmentedControl } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Account } from '@/api/types';
import { RuleEditor } from '@/parts/repeat/RuleEditor';
import { SlotPanel } from './SlotPanel';
import type { Composer, Mode } from './useComposer';
import { WhenPanel, type WhenPanelProps } from './WhenPanel';
import classes from './WhenPanel.module.css';

interface Props extends WhenPanelProps {
  composer: Composer;
  /** The chosen accounts. */
  chosen: Account[];
}

/** When the post goes out: now, at a time, at the next free slot, or again and again. */
export function TimingPanel({ composer, chosen, ...time }: Props) {
  const { t } = useTranslation('composer');
  const { mode, post, series } = composer;
  // A post that waits has deliveries of its own: it is moved, not turned into a series.
  const modes: Mode[] =
    post && post.status !== 'draft' ? ['now', 'time', 'slot'] : ['now', 'time', 'slot', 'repeat'];
  if (series) {
    return (
      <section className={classes.panel} aria-labelledby="composer-when">
        <h2 id="composer-when">{t('when.series')}</h2>
        <RuleEditor rule={composer.rule} fresh={false} onChange={composer.setRule} />
      </section>
    );
  }
  return (
    <section className={classes.panel} aria-labelledby="composer-when">
      <h2 id="composer-when">{t('when.heading')}</h2>
      <SegmentedControl
        className={classes.modes}
        aria-label={t('when.mode.label')}
        value={mode}
        onChange={(next) => {
          composer.setMode(next);
          composer.setProblem(null);
        }}
        data={modes.map((value) => ({ value, label: t(`when.mode.${value}`) }))}
      />
      {mode === 'now' && <p className={classes.meaning}>{t('when.now')}</p>}
      {mode === 'time' && <WhenPanel {...time} />}
      {mode === 'slot' && <SlotPanel chosen={chosen} value={composer.slotOf} onChange={composer.setSlotOf} />}
      {mode === 'repeat' && <RuleEditor rule={composer.rule} fresh onChange={composer.setRule} />}
    </section>
  );
}
