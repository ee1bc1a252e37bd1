import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useOrg } from '@/api/me';
import type { Network, Way } from '@/api/networks';
import { PlatformBadge } from '@/ui/PlatformBadge';
import classes from './ConnectCards.module.css';
import type { Connect } from './useConnect';
import { wayAction, wayText } from './wayWords';

/** What the cards' buttons do. */
export interface CardActions {
  connectingPage: boolean;
  onPage: () => void;
  onOpen: (platform: 'bluesky' | 'mastodon') => void;
  connect: Connect;
}

/** A network that can be connected, with a button for every way to do so. */
export function NetworkCard({
  network,
  connectingPage,
  onPage,
  onOpen,
  connect,
}: CardActions & { network: Network }) {
  const { t } = useTranslation('accounts');
  const { slug } = useOrg();
  const { platform, ways } = network;
  return (
    <li className={classes.card}>
      <PlatformBadge platform={platform} size={32} decorative />
      <h3 className={classes.name}>{t(`connect.${platform}.name`)}</h3>
      <p className={classes.text}>{t(`connect.${platform}.text`, { address: `/p/${slug}` })}</p>
      {platform === 'page' && (
        <Button onClick={onPage} loading={connectingPage}>
          {t('connect.page.action')}
        </Button>
      )}
      {(platform === 'bluesky' || platform === 'mastodon') && (
        <Button variant="default" onClick={() => onOpen(platform)}>
          {t(`connect.${platform}.action`)}
        </Button>
      )}
      {network.connect === 'consent' && (
        <ul className={classes.ways}>
          {ways.map((way) => (
            <WayItem key={way.name} network={network} way={way} alone={ways.length === 1} connect={connect} />
          ))}
        </ul>
      )}
    </li>
  );
}

interface WayProps {
  network: Network;
  way: Way;
  alone: boolean;
  connect: Connect;
}

function WayItem({ network: { platform }, way, alone, connect }: WayProps) {
  const { t } = useTranslation('accounts');
  const taken = connect.busy?.platform === platform && connect.busy.way === way.name;
  return (
    <li className={classes.way}>
      {!alone && <p className={classes.wayText}>{wayText(platform, way.name)}</p>}
      {way.configured ? (
        <Button
          variant="default"
          loading={taken}
          disabled={connect.busy !== null && !taken}
          onClick={() => connect.start(platform, way.name)}
        >
          {wayAction(platform, way.name)}
        </Button>
      ) : (
        <p className={classes.missing}>
          {t('connect.wayMissing')} <code>{way.secret}</code>. {t('connect.guide')}{' '}
          <code>docs/networks/{platform}.md</code>
        </p>
      )}
    </li>
  );
}
