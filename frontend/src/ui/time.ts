/** How much of an instant is shown. */
export type TimeStyle = 'full' | 'short' | 'date' | 'day' | 'time';

const STYLES: Record<TimeStyle, Intl.DateTimeFormatOptions> = {
  full: {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  },
  short: { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
  date: { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' },
  day: { day: 'numeric', month: 'short', year: 'numeric' },
  time: { hour: '2-digit', minute: '2-digit' },
};

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a formatter is slow and lists show hundreds of times: one per zone and style. */
function format(zone: string, style: TimeStyle, locale: string): Intl.DateTimeFormat {
  const key = `${locale} ${zone} ${style}`;
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(locale, { ...STYLES[style], timeZone: zone, hourCycle: 'h23' });
    formats.set(key, found);
  }
  return found;
}

/** An instant as a wall clock in `zone` shows it, without the zone's name. */
export function formatTime(
  at: string | Date,
  zone: string,
  style: TimeStyle = 'full',
  locale = 'en-GB',
): string {
  return format(zone, style, locale).format(new Date(at));
}

/** `UTC+1`, `UTC−3:30`: what `zone` is ahead of UTC at that instant. */
export function offsetLabel(zone: string, at: string | Date = new Date()): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    timeZoneName: 'shortOffset',
  }).formatToParts(new Date(at));
  const name = parts.find((part) => part.type === 'timeZoneName')?.value ?? 'UTC';
  return name.replace('GMT', 'UTC').replace('-', '−');
}

/** The last part of a zone's name, as people call it: `Buenos Aires`. */
export function zoneCity(zone: string): string {
  return zone.split('/').pop()?.replaceAll('_', ' ') ?? zone;
}

/** The zone of this device. */
export function deviceZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
}
