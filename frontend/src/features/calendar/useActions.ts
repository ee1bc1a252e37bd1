import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { notifyDone } from '@/shell/notify';
import type { Day } from '@/ui/zoned';
import type { GridActions } from './CalendarGrid';
import type { Carried } from './carry';
import { type Entry, entryName, isAt, type Slot, scheduleIn, whenName } from './entries';
import type { useMove } from './useMove';
import type { useView } from './useView';

interface Options {
  zone: string;
  shown: ReturnType<typeof useView>;
  moving: ReturnType<typeof useMove>;
}

/** What people do in the calendar: opening, lifting, carrying, dropping. All of it is also said aloud. */
export function useActions({ zone, shown, moving }: Options) {
  const { t } = useTranslation('calendar');
  const navigate = useNavigate();
  const [carried, setCarried] = useState<Carried | null>(null);
  const [openDay, setOpenDay] = useState<Day | null>(null);
  const [form, setForm] = useState<Entry | null>(null);
  const [said, setSaid] = useState('');

  // The same words twice would not be read twice.
  const say = (words: string) => setSaid((last) => (last === words ? `${words}\u00a0` : words));

  const nameOf = (entry: Entry, slot: Slot) =>
    whenName(scheduleIn(entry, slot, zone).local) + (slot.again ? ` (${t('grid.again')})` : '');

  const actions: GridActions = {
    openPost: (id) => void navigate({ to: '/posts/$postId', params: { postId: id } }),
    openDay: setOpenDay,
    newPost: (slot) => {
      const on = slot.length > 10 ? `${slot.slice(0, 13)}:00` : slot;
      void navigate({ to: '/posts/new', search: { on } });
    },
    openForm: (entry) => {
      setCarried(null);
      setOpenDay(null);
      setForm(entry);
    },
    show: (day) => shown.show(day),
    lift: (entry, target) => {
      setCarried({ entry, target });
      say(t('move.lifted', { excerpt: entry.post.excerpt.slice(0, 40), when: entryName(entry) }));
    },
    carryTo: (target) => {
      if (!carried) return;
      setCarried({ ...carried, target });
      say(nameOf(carried.entry, target));
      if (!shown.days.includes(target.day)) shown.show(target.day, true);
    },
    drop: (entry, slot) => {
      setCarried(null);
      if (isAt(entry, slot, zone)) return say(t('move.canceled', { when: entryName(entry) }));
      say(t('move.dropped', { when: nameOf(entry, slot) }));
      void moving.move(entry.post, scheduleIn(entry, slot, zone));
    },
    cancel: () => {
      if (carried) say(t('move.canceled', { when: entryName(carried.entry) }));
      setCarried(null);
    },
    refuse: () => {
      say(t('move.notMovable'));
      notifyDone(t('move.notMovable'));
    },
  };
  return { actions, carried, openDay, form, said, nameOf, closeForm: () => setForm(null) };
}
