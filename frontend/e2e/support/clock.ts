/** What the clocks of a zone show so many milliseconds from now: `2026-11-24T09:00:05`. */
export function wallClock(zone: string, ahead = 0): string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  return format.format(new Date(Date.now() + ahead)).replace(' ', 'T');
}

/** The day so many days after today in a zone: `2026-11-24`. */
export const dayAhead = (zone: string, days: number): string =>
  wallClock(zone, days * 86_400_000).slice(0, 10);

/** The next full minute in a zone that leaves a person time to press the button. */
export function nextMinute(zone: string): { date: string; time: string } {
  const local = wallClock(zone, 66_000);
  return { date: local.slice(0, 10), time: local.slice(11, 16) };
}
