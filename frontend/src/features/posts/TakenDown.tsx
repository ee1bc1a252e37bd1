import { IconEyeOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Delivery } from '@/api/types';
import { TimeText } from '@/ui/TimeText';
import classes from './Receipt.module.css';

/** Who took a post down that was out, and when. */
export function TakenDown({ delivery, zone }: { delivery: Delivery; zone: string }) {
  const { t } = useTranslation('posts');
  const { taken_down: down, platform } = delivery;
  if (!down) return null;
  const network = t(`platform.${platform}`, { ns: 'common' });
  return (
    <p className={classes.decided}>
      <IconEyeOff size={16} stroke={1.8} aria-hidden />
      <span>
        {platform === 'page'
          ? t('takeDown.donePage', { name: down.by_name })
          : t('takeDown.doneNetwork', { name: down.by_name, network })}
        <br />
        <TimeText at={down.at} zone={zone} />
      </span>
    </p>
  );
}
