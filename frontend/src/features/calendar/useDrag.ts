import { type DragEvent, useRef } from 'react';
import { parseSlot, type Slot } from './entries';

const slotAt = (target: EventTarget) => (target as HTMLElement).closest<HTMLElement>('[data-slot]');

/** Dragging chips with the mouse: listeners for the grid, which hears of all its chips and slots. */
export function useDrag(onDrop: (postId: string, slot: Slot) => void) {
  const dragged = useRef<string | null>(null);
  const over = useRef<HTMLElement | null>(null);

  // The highlight follows the pointer many times a second: set on the element, past React.
  const mark = (next: HTMLElement | null) => {
    if (over.current === next) return;
    if (over.current) delete over.current.dataset.over;
    if (next) next.dataset.over = '';
    over.current = next;
  };

  return {
    onDragStart: (event: DragEvent) => {
      const chip = (event.target as HTMLElement).closest<HTMLElement>('[data-post][draggable="true"]');
      if (!chip) return event.preventDefault();
      dragged.current = chip.dataset.post ?? null;
      event.dataTransfer.effectAllowed = 'move';
      event.dataTransfer.setData('text/plain', chip.getAttribute('aria-label') ?? '');
    },
    onDragOver: (event: DragEvent) => {
      const slot = dragged.current ? slotAt(event.target) : null;
      mark(slot);
      if (!slot) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'move';
    },
    onDrop: (event: DragEvent) => {
      const slot = slotAt(event.target)?.dataset.slot;
      const id = dragged.current;
      mark(null);
      dragged.current = null;
      if (!id || !slot) return;
      event.preventDefault();
      onDrop(id, parseSlot(slot));
    },
    onDragEnd: () => {
      mark(null);
      dragged.current = null;
    },
  };
}
