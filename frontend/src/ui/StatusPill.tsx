import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconClock,
  IconClockX,
  IconEyeOff,
  IconHelpCircle,
  IconLoader,
  IconPencil,
  IconProgressCheck,
  type IconProps,
  IconRefresh,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeliveryState, PostStatus } from '@/api/types';
import classes from './StatusPill.module.css';

/** `taken_down`: published, and there no more. */
type Status = PostStatus | DeliveryState | 'taken_down';
type Tone = 'quiet' | 'accent' | 'good' | 'warn' | 'bad';

/** A form and a colour per state, so that neither is needed to tell them apart. */
const LOOKS: Record<Status, [Tone, ComponentType<IconProps>]> = {
  draft: ['quiet', IconPencil],
  scheduled: ['accent', IconClock],
  pending: ['accent', IconClock],
  publishing: ['accent', IconLoader],
  retrying: ['warn', IconRefresh],
  published: ['good', IconCircleCheck],
  partial: ['warn', IconProgressCheck],
  failed: ['bad', IconCircleX],
  missed: ['quiet', IconClockX],
  attention: ['warn', IconAlertTriangle],
  unknown: ['warn', IconHelpCircle],
  canceled: ['quiet', IconCircleDashed],
  taken_down: ['quiet', IconEyeOff],
};

/** The state of a post or of one delivery: icon, word and tone. */
export function StatusPill({ status, compact = false }: { status: Status; compact?: boolean }) {
  const { t } = useTranslation();
  const [tone, Icon] = LOOKS[status];
  const label = t(`status.${status}`);
  return (
    <span
      className={classes.pill}
      data-tone={tone}
      data-compact={compact || undefined}
      {...(compact && { role: 'img', 'aria-label': label, title: label })}
    >
      <Icon size={14} stroke={2} aria-hidden />
      {!compact && label}
    </span>
  );
}
