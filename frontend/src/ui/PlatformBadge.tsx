import {
  IconBrandBluesky,
  IconBrandFacebook,
  IconBrandInstagram,
  IconBrandLinkedin,
  IconBrandMastodon,
  IconBrandPinterest,
  IconBrandThreads,
  IconBrandTiktok,
  IconBrandX,
  IconBrandYoutube,
  IconWorld,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Platform } from '@/api/types';
import classes from './PlatformBadge.module.css';

const MARKS: Record<Platform, typeof IconWorld> = {
  page: IconWorld,
  bluesky: IconBrandBluesky,
  mastodon: IconBrandMastodon,
  linkedin: IconBrandLinkedin,
  facebook: IconBrandFacebook,
  instagram: IconBrandInstagram,
  threads: IconBrandThreads,
  tiktok: IconBrandTiktok,
  x: IconBrandX,
  youtube: IconBrandYoutube,
  pinterest: IconBrandPinterest,
};

interface Props {
  platform: Platform;
  /** Pixels; 20 in lists, 32 on cards. */
  size?: number;
  /** Set when the network's name stands beside the mark. */
  decorative?: boolean;
}

/** The small mark of a network. The only place where a network's own colour appears. */
export function PlatformBadge({ platform, size = 20, decorative = false }: Props) {
  const { t } = useTranslation();
  const Mark = MARKS[platform];
  const name = t(`platform.${platform}`);
  return (
    <span
      className={classes.badge}
      data-platform={platform}
      style={{ width: size, height: size }}
      {...(decorative ? { 'aria-hidden': true } : { role: 'img', 'aria-label': name, title: name })}
    >
      <Mark size={Math.round(size * 0.66)} stroke={1.8} aria-hidden />
    </span>
  );
}
