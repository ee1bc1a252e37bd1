import { IconUserCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Delivery } from '@/api/types';
import { TimeText } from '@/ui/TimeText';
import classes from './Receipt.module.css';

/** Who decided what became of a delivery that nobody was certain of. */
export function Decided({ delivery, zone }: { delivery: Delivery; zone: string }) {
  const { t } = useTranslation('posts');
  const { decision, platform, state } = delivery;
  if (!decision) return null;
  const network = t(`platform.${platform}`, { ns: 'common' });
  const words = decision.choice === 'there' && state === 'published' ? 'there' : 'again';
  return (
    <p className={classes.decided}>
      <IconUserCheck size={16} stroke={1.8} aria-hidden />
      <span>
        {t(`decided.${words}`, { name: decision.by_name, network })}
        <br />
        <TimeText at={decision.at} zone={zone} />
      </span>
    </p>
  );
}
