/** Brings what just appeared into sight, as a `ref`; without motion, because it answers a press. */
export function bringIntoSight(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: 'nearest' });
}
