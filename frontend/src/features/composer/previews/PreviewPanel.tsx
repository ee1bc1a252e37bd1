import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account, MediaFile, Platform, Settings } from '@/api/types';
import { shortName } from '@/parts/accountName';
import { extrasFor, ruleIn } from '@/parts/networkRules';
import { fittingLength } from '@/parts/rules';
import { useFiles } from '@/parts/useFiles';
import { PlatformBadge } from '@/ui/PlatformBadge';
import { type Composition, mediaAt, type Place, pictureOf, textAt, variant } from '../composition';
import { commentAt, threadAt } from '../thread';
import { BlueskyPreview } from './BlueskyPreview';
import { covered } from './covered';
import { FacebookPreview } from './FacebookPreview';
import { InstagramPreview } from './InstagramPreview';
import { LinkedinPreview } from './LinkedinPreview';
import { MastodonPreview } from './MastodonPreview';
import { PagePreview } from './PagePreview';
import { PinterestPreview } from './PinterestPreview';
import classes from './PreviewPanel.module.css';
import { ThreadsPreview } from './ThreadsPreview';
import { TiktokPreview } from './TiktokPreview';
import type { Previewed } from './types';
import { XPreview } from './XPreview';
import { YoutubePreview } from './YoutubePreview';

const LOOKS: Record<Platform, (previewed: Previewed) => React.ReactNode> = {
  page: PagePreview,
  linkedin: LinkedinPreview,
  facebook: FacebookPreview,
  instagram: InstagramPreview,
  threads: ThreadsPreview,
  tiktok: TiktokPreview,
  x: XPreview,
  youtube: YoutubePreview,
  pinterest: PinterestPreview,
  bluesky: BlueskyPreview,
  mastodon: MastodonPreview,
};

/** A network's settings are those of the first part. */
const NONE: Settings = {};

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
  const { platform, limits, id } = account;
  const { format, settings, cover } = variant(composition, id);
  const text = textAt(composition, id);
  const extras = extrasFor(platform, format);
  const parts = extras.thread ? threadAt(composition, id) : [];
  const media = mediaAt(composition, id);
  const chosenCover = extras.cover ? cover : null;
  const pictures = pictureOf(chosenCover);
  const slots = useFiles([...new Set([...media, ...parts.flatMap((part) => part.media), ...pictures])]);
  const filesOf = (ids: string[]) =>
    ids.flatMap((each): MediaFile[] => {
      const slot = slots.find((found) => found.id === each);
      return slot?.state === 'ready' ? [slot.file] : [];
    });
  const rule = useMemo(() => ruleIn({ platform, limits }, format), [platform, limits, format]);
  const fitting = useMemo(() => fittingLength(rule, text), [rule, text]);
  const Look = LOOKS[platform];
  const comment = extras.first_comment ? commentAt(composition, id) : '';
  const [picture] = filesOf(pictures);
  const common = { account, at, format };
  return (
    <figure
      className={classes.figure}
      aria-label={t('preview.label', { account: shortName(account, chosen) })}
    >
      <figcaption className={classes.caption}>
        <PlatformBadge platform={platform} size={16} decorative /> {shortName(account, chosen)}
      </figcaption>
      <Look
        {...common}
        text={text}
        fitting={fitting}
        files={covered(filesOf(media), chosenCover, picture)}
        settings={settings}
        card={picture}
        comment={comment}
      />
      {parts.map((part) => (
        <Look
          key={part.key}
          {...common}
          text={part.text}
          fitting={fittingLength(rule, part.text)}
          files={filesOf(part.media)}
          settings={NONE}
          comment=""
          follows
        />
      ))}
    </figure>
  );
}
