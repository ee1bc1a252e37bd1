import { Button, Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './Thread.module.css';
import type { Share } from './thread';

interface Props {
  what: 'thread' | 'comment';
  share: Share;
  account: string;
  onShare: (share: Share) => void;
}

/** What one account does with what is shared, and what it could do instead. */
export function ShareBar({ what, share, account, onShare }: Props) {
  const { t } = useTranslation('composer');
  const others = (['own', 'out', 'shared'] as const).filter((each) => each !== share);
  return (
    <div className={classes.share}>
      <span>{t(`${what}.${share}`, { account })}</span>
      <Group gap={4}>
        {others.map((each) => (
          <Button
            key={each}
            size="compact-sm"
            variant={each === 'own' ? 'default' : 'subtle'}
            color={each === 'own' ? undefined : 'gray'}
            onClick={() => onShare(each)}
          >
            {t(`share.${each}`)}
          </Button>
        ))}
      </Group>
    </div>
  );
}
