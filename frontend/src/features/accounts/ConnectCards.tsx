import { Button, Title } from '@mantine/core';
import type { Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { useOrg } from '@/api/me';
import { PlatformBadge } from '@/ui/PlatformBadge';
import classes from './ConnectCards.module.css';

interface Props {
  ref?: Ref<HTMLElement>;
  hasPage: boolean;
  connectingPage: boolean;
  onPage: () => void;
  onOpen: (platform: 'bluesky' | 'mastodon') => void;
}

/** One card per network, with what it takes to connect it. */
export function ConnectCards({ ref, hasPage, connectingPage, onPage, onOpen }: Props) {
  const { t } = useTranslation('accounts');
  const { slug } = useOrg();
  return (
    <section ref={ref} className={classes.section} aria-labelledby="connect-title">
      <Title order={2} id="connect-title" mb="sm">
        {t('connect.title')}
      </Title>
      <ul className={classes.cards}>
        {!hasPage && (
          <li className={classes.card}>
            <PlatformBadge platform="page" size={32} decorative />
            <h3 className={classes.name}>{t('connect.page.name')}</h3>
            <p className={classes.text}>{t('connect.page.text', { address: `/p/${slug}` })}</p>
            <Button onClick={onPage} loading={connectingPage}>
              {t('connect.page.action')}
            </Button>
          </li>
        )}
        {(['bluesky', 'mastodon'] as const).map((platform) => (
          <li key={platform} className={classes.card}>
            <PlatformBadge platform={platform} size={32} decorative />
            <h3 className={classes.name}>{t(`connect.${platform}.name`)}</h3>
            <p className={classes.text}>{t(`connect.${platform}.text`)}</p>
            <Button variant="default" onClick={() => onOpen(platform)}>
              {t(`connect.${platform}.action`)}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
