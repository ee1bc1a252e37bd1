import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account, MediaFile, Platform } from '@/api/types';
import { shortName } from '@/parts/accountName';
import { fittingLength, ruleFor } from '@/parts/rules';
import { useFiles } from '@/parts/useFiles';
import { PlatformBadge } from '@/ui/PlatformBadge';
import { type Composition, mediaAt, type Place, textAt } from '../composition';
import { BlueskyPreview } from './BlueskyPreview';
import { MastodonPreview } from './MastodonPreview';
import { PagePreview } from './PagePreview';
import classes from './PreviewPanel.module.css';
import type { Previewed } from './types';

const LOOKS: Partial<Record<Platform, (previewed: Previewed) => React.ReactNode>> = {
  page: PagePreview,
  bluesky: BlueskyPreview,
  mastodon: MastodonPreview,
};

interface Props {
  composition: Composition;
  accounts: Account[];
  /** What is being written: all previews, or the one of this account. */
  place: Place;
  at: Date | null;
}

/** The post as each chosen account's network would show it. */
export default function PreviewPanel({ composition, accounts, place, at }: Props) {
  const { t } = useTranslation('composer');
  const chosen = accounts.filter(({ id }) => composition.accounts.includes(id));
  const shown = chosen.filter(({ id }) => place === 'all' || id === place);
  return (
    // A long preview scrolls by itself, which the keyboard must reach.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable regions take the focus
    <section aria-label={t('preview.heading')} className={classes.panel} tabIndex={0}>
      <h2 className={classes.heading}>{t('preview.heading')}</h2>
      {shown.length === 0 && <p className={classes.none}>{t('preview.none')}</p>}
      {shown.map((account) => (
        <One key={account.id} account={account} chosen={chosen} composition={composition} at={at} />
      ))}
    </section>
  );
}

type OneProps = { account: Account; chosen: Account[] } & Pick<Props, 'composition' | 'at'>;

function One({ account, chosen, composition, at }: OneProps) {
  const { t } = useTranslation('composer');
  const text = textAt(composition, account.id);
  const slots = useFiles(mediaAt(composition, account.id));
  const files = slots.flatMap((slot): MediaFile[] => (slot.state === 'ready' ? [slot.file] : []));
  const fitting = useMemo(
    () => fittingLength(ruleFor(account.platform, account.limits), text),
    [account.platform, account.limits, text],
  );
  const Look = LOOKS[account.platform] ?? BlueskyPreview;
  return (
    <figure
      className={classes.figure}
      aria-label={t('preview.label', { account: shortName(account, chosen) })}
    >
      <figcaption className={classes.caption}>
        <PlatformBadge platform={account.platform} size={16} decorative /> {shortName(account, chosen)}
      </figcaption>
      <Look account={account} text={text} fitting={fitting} files={files} at={at} />
    </figure>
  );
}
