import { ActionIcon, Button, SegmentedControl } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { zoneCity } from '@/ui/time';
import classes from './Toolbar.module.css';
import type { View } from './useView';

interface Props {
  view: View;
  /** The month or week in words. */
  period: string;
  zone: string;
  /** What that zone is ahead of UTC on the days shown: `UTC+2`, or `UTC+2 → UTC+1` when clocks change. */
  offset: string;
  isCurrent: boolean;
  onView: (view: View) => void;
  onTurn: (pages: 1 | -1) => void;
  onToday: () => void;
}

/** The page's title: which days are shown, and in whose time. */
export function Toolbar({ view, period, zone, offset, isCurrent, onView, onTurn, onToday }: Props) {
  const { t } = useTranslation('calendar');
  return (
    <header className={classes.bar}>
      <title>{`${t('title')}, ${period} · Atelier`}</title>
      <div className={classes.period}>
        <h1 className={classes.name} aria-live="polite">
          {period}
        </h1>
        <fieldset className={classes.turn} aria-label={t('nav.label')}>
          <ActionIcon
            variant="default"
            aria-label={t(`nav.previous.${view}`)}
            title={t(`nav.previous.${view}`)}
            onClick={() => onTurn(-1)}
          >
            <IconChevronLeft size={18} stroke={1.8} aria-hidden />
          </ActionIcon>
          <ActionIcon
            variant="default"
            aria-label={t(`nav.next.${view}`)}
            title={t(`nav.next.${view}`)}
            onClick={() => onTurn(1)}
          >
            <IconChevronRight size={18} stroke={1.8} aria-hidden />
          </ActionIcon>
        </fieldset>
        <Button
          variant="default"
          size="xs"
          h={34}
          onClick={onToday}
          aria-keyshortcuts="t"
          aria-pressed={isCurrent}
          title={`${t('nav.today')} (T)`}
        >
          {t('nav.today')}
        </Button>
      </div>
      <div className={classes.side}>
        <span className={classes.zone} title={`${t('zoneTitle')}: ${zone}`}>
          {t('zone', { zone: zoneCity(zone), offset })}
        </span>
        <SegmentedControl
          size="xs"
          aria-label={t('view.label')}
          value={view}
          onChange={(next) => onView(next as View)}
          data={[
            { value: 'month', label: t('view.month') },
            { value: 'week', label: t('view.week') },
          ]}
        />
      </div>
    </header>
  );
}
