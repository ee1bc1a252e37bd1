import { type CSSProperties, type KeyboardEvent, type MouseEvent, useEffect, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { type Day, hoursOf } from '@/ui/zoned';
import { type Carried, carryStep } from './carry';
import { type Entry, hourSlotOf, isMovable, type Slot, slotKey } from './entries';
import classes from './Grid.module.css';
import { type GridProps, MonthGrid } from './MonthGrid';
import { dayOfItem, ensureStop, makeStop, step } from './roving';
import { useDrag } from './useDrag';
import { WeekGrid } from './WeekGrid';

/** What the grid asks of the page. */
export interface GridActions {
  openPost: (id: string) => void;
  openDay: (day: Day | null) => void;
  /** A new post in a slot, given as its key. */
  newPost: (slot: string) => void;
  /** The form twin of moving. */
  openForm: (entry: Entry) => void;
  /** Shows the month or week of a day outside. */
  show: (day: Day) => void;
  lift: (entry: Entry, from: Slot) => void;
  carryTo: (slot: Slot) => void;
  drop: (entry: Entry, slot: Slot) => void;
  cancel: () => void;
  /** A post that cannot be moved was asked to. */
  refuse: () => void;
}

interface Props extends Omit<GridProps, 'liftedId' | 'targetKey'> {
  view: 'month' | 'week';
  month: string;
  label: string;
  carried: Carried | null;
  actions: GridActions;
}

const MORNING = 7;
/** Height of the week's head, which stays above the scrolled hours. */
const HEAD_PX = 42;
const ARROWS = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End'];

/** The month or the week as one grid: it listens once for all chips and days in it. */
export function CalendarGrid({ view, month, label, carried, actions, ...shown }: Props) {
  const { t } = useTranslation('calendar');
  const root = useRef<HTMLTableElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const help = useId();
  /** What gets the focus as soon as it is there: after turning the page, or after dropping a post. */
  const wanted = useRef<{ item: string; otherwise?: string } | null>(null);

  const entryOf = (id: string | undefined) => {
    for (const entries of shown.entries.values()) {
      const found = entries.find(({ post }) => post.id === id);
      if (found) return found;
    }
    return undefined;
  };

  useEffect(() => {
    const grid = root.current;
    if (!grid) return;
    ensureStop(grid, shown.today);
    const lost = document.activeElement === document.body;
    const find = (selector?: string) => (selector ? grid.querySelector<HTMLElement>(selector) : null);
    const next = find(wanted.current?.item) ?? (lost ? find(wanted.current?.otherwise) : null);
    if (next) {
      wanted.current = null;
      next.focus();
    } else if (carried && !grid.contains(document.activeElement)) {
      // The lifted post is on another page of the calendar now: its keys still need somebody to hear them.
      grid.focus();
    }
  });

  const targetKey = carried ? slotKey(carried.target) : undefined;
  useEffect(() => {
    if (targetKey) root.current?.querySelector('[data-target]')?.scrollIntoView({ block: 'nearest' });
  }, [targetKey]);

  // A week opens in the morning, not at midnight.
  useEffect(() => {
    const box = scroller.current;
    const morning = view === 'week' && box?.querySelector<HTMLElement>(`[data-hour="${MORNING}"]`);
    if (box && morning) box.scrollTop = morning.offsetTop - HEAD_PX;
  }, [view]);

  const drag = useDrag((id, slot) => {
    const entry = entryOf(id);
    if (entry) actions.drop(entry, slot);
  });

  const whileCarrying = (event: KeyboardEvent, { entry, target }: Carried) => {
    const next = carryStep(target, event.key, shown.zone);
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    if (next === 'drop' || next === 'cancel') {
      const place = next === 'drop' ? `[data-slot="${slotKey(target)}"]` : '';
      // A full day hides the post behind "+ n more": then the day itself gets the focus.
      wanted.current = { item: `${place} [data-post="${entry.post.id}"]`, otherwise: `${place} [data-day]` };
      if (next === 'drop') actions.drop(entry, target);
      else actions.cancel();
    } else actions.carryTo(next.to);
  };

  const onKeyDown = (event: KeyboardEvent<HTMLTableElement>) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (carried) return whileCarrying(event, carried);
    const item = (event.target as HTMLElement).closest<HTMLElement>('[data-item]');
    if (!item) return;
    if (event.key.toLowerCase() === 'm' && item.dataset.post) {
      const entry = entryOf(item.dataset.post);
      event.preventDefault();
      if (!entry || !shown.canMove || !isMovable(entry)) actions.refuse();
      else
        actions.lift(
          entry,
          view === 'week' ? hourSlotOf(entry, hoursOf(entry.day, shown.zone)) : { day: entry.day },
        );
      return;
    }
    if (!ARROWS.includes(event.key)) return;
    const next = step(event.currentTarget, item, event.key);
    if (!next || (view === 'week' && typeof next === 'string' && !event.key.match(/Left|Right/))) return;
    event.preventDefault();
    event.stopPropagation();
    if (typeof next !== 'string') return next.focus();
    wanted.current = { item: `[data-item][data-day="${next}"]` };
    actions.show(next);
  };

  const onClick = (event: MouseEvent) => {
    const target = event.target as HTMLElement;
    const chip = target.closest<HTMLElement>('a[data-post]');
    const button = target.closest<HTMLElement>('button');
    const slot = target.closest<HTMLElement>('[data-fresh]')?.dataset.slot;
    if (chip?.dataset.post) {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      actions.openPost(chip.dataset.post);
    } else if (button?.dataset.move) {
      const entry = entryOf(button.dataset.move);
      if (entry) actions.openForm(entry);
    } else if (button?.dataset.new) actions.newPost(button.dataset.new);
    else if (button) actions.openDay(dayOfItem(button));
    else if (slot) actions.newPost(slot);
  };

  const Body = view === 'week' ? WeekGrid : MonthGrid;
  return (
    <>
      <p id={help} hidden>
        {t('grid.help')}
      </p>
      <div ref={scroller} className={classes.scroller} data-view={view}>
        <table
          ref={root}
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: the grid pattern stands on a table
          role="grid"
          className={classes.grid}
          style={{ '--weeks': shown.days.length / 7 } as CSSProperties}
          tabIndex={-1}
          aria-label={label}
          aria-describedby={help}
          aria-busy={shown.loading}
          onKeyDown={onKeyDown}
          onClick={onClick}
          onFocus={(event) => {
            if (event.target.matches('[data-item]')) makeStop(event.currentTarget, event.target);
          }}
          {...drag}
        >
          <Body {...shown} month={month} liftedId={carried?.entry.post.id} targetKey={targetKey} />
        </table>
      </div>
    </>
  );
}
