import { formatTime, offsetLabel, type TimeStyle, zoneCity } from './time';

interface Props {
  /** An instant, RFC 3339. */
  at: string;
  /** The IANA zone whose wall clock is shown; the organization's as a rule. */
  zone: string;
  style?: TimeStyle;
}

/** An instant on the wall clock of a zone, with the zone always named. */
export function TimeText({ at, zone, style = 'full' }: Props) {
  return (
    <time dateTime={at} title={`${formatTime(at, zone)} ${zone} (${offsetLabel(zone, at)})`}>
      {formatTime(at, zone, style)}{' '}
      <span style={{ color: 'var(--mantine-color-dimmed)' }}>{zoneCity(zone)}</span>
    </time>
  );
}
