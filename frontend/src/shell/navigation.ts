import {
  IconCalendar,
  IconHistory,
  IconLayoutList,
  IconPhoto,
  IconPlugConnected,
  IconRepeat,
  IconSettings,
  IconUsers,
} from '@tabler/icons-react';
import type { Permission } from '@/api/me';

/** The pages of the navigation, in order; `needs` hides one from roles that may not see it. */
export const DESTINATIONS = [
  { to: '/calendar', key: 'calendar', icon: IconCalendar },
  { to: '/posts', key: 'posts', icon: IconLayoutList },
  { to: '/media', key: 'media', icon: IconPhoto },
  { to: '/accounts', key: 'accounts', icon: IconPlugConnected },
  { to: '/series', key: 'series', icon: IconRepeat },
  { to: '/members', key: 'members', icon: IconUsers },
  { to: '/settings', key: 'settings', icon: IconSettings },
  { to: '/audit', key: 'audit', icon: IconHistory, needs: 'audit.read' },
] as const satisfies readonly { to: string; key: string; icon: unknown; needs?: Permission }[];

/** How many of them the phone's bottom bar shows; the rest are behind "More". */
export const BAR_LENGTH = 4;
