import { SegmentedControl } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { type Offers, useOffers } from '@/api/networks';
import type { Account, ChosenCover, ChosenSubtitles, Format, MediaFile, Setting } from '@/api/types';
import { shortName } from '@/parts/accountName';
import { extrasFor, isSet, withSetting } from '@/parts/networkRules';
import { settingLabel } from '@/parts/settingWords';
import { useFiles } from '@/parts/useFiles';
import { PlatformBadge } from '@/ui/PlatformBadge';
import { type Composition, mediaAt, variant, withVariant } from '../composition';
import { FindingList } from '../FindingList';
import type { Finding } from '../findings';
import { CoverField } from './CoverField';
import classes from './NetworkPanels.module.css';
import { SettingField } from './SettingField';
import { SubtitlesField } from './SubtitlesField';
import { TikTokFields } from './TikTokFields';
import { coveredBy, isOnlyFilm, setFormat, shownSettings } from './values';

interface Props {
  account: Account;
  /** The chosen ones. */
  accounts: Account[];
  composition: Composition;
  /** Those about this account's settings and format. */
  findings: Finding[];
  /** Names of required settings without a value. */
  missing: string[];
  open: boolean;
  onTurn: () => void;
  onChange: (change: (before: Composition) => Composition) => void;
}

/** What one account's post becomes, and its network's settings. */
export function AccountPanel(props: Props) {
  const { account, accounts, composition, findings, missing, open, onTurn, onChange } = props;
  const { t } = useTranslation(['composer', 'networks']);
  const body = useId();
  const { platform, id } = account;
  const { format, settings, cover, subtitles } = variant(composition, id);
  const name = shortName(account, accounts);
  const number =
    Object.values(settings).filter(isSet).length + (cover ? 1 : 0) + (subtitles.length > 0 ? 1 : 0);
  const facts = [
    format !== 'post' && t(`networks:format.${format}`),
    number > 0 && t('panels.set', { count: number }),
    missing.length > 0 &&
      t('panels.missing', { names: missing.map((each) => settingLabel(platform, each)).join(', ') }),
  ].filter(Boolean);
  return (
    <div className={classes.panel} data-missing={missing.length > 0 || undefined}>
      <h3 className={classes.head}>
        <button
          type="button"
          className={classes.turn}
          aria-expanded={open}
          aria-controls={body}
          onClick={onTurn}
        >
          <PlatformBadge platform={platform} size={24} decorative />
          <span className={classes.name}>{name}</span>
          <span className={classes.facts}>{facts.join(' · ')}</span>
          <IconChevronDown size={18} stroke={1.8} className={classes.chevron} aria-hidden />
        </button>
      </h3>
      <div id={body} hidden={!open} className={classes.body}>
        {open && (
          <Body
            account={account}
            composition={composition}
            findings={findings}
            onFormat={(next) => onChange((before) => setFormat(before, id, platform, next))}
            onSet={(setting, value) =>
              onChange((before) =>
                withVariant(before, id, {
                  settings: withSetting(variant(before, id).settings, setting, value),
                }),
              )
            }
            onCover={(cover) => onChange((before) => withVariant(before, id, { cover }))}
            onSubtitles={(subtitles) => onChange((before) => withVariant(before, id, { subtitles }))}
          />
        )}
      </div>
    </div>
  );
}

interface BodyProps extends Pick<Props, 'account' | 'composition' | 'findings'> {
  onFormat: (format: Format) => void;
  onSet: (name: string, value: Setting | undefined) => void;
  onCover: (cover: ChosenCover | null) => void;
  onSubtitles: (subtitles: ChosenSubtitles[]) => void;
}

function Body({ account, composition, findings, onFormat, onSet, onCover, onSubtitles }: BodyProps) {
  const { t } = useTranslation(['composer', 'networks']);
  const { platform, id } = account;
  const { format, settings, cover, subtitles } = variant(composition, id);
  const extras = extrasFor(platform, format, account.limits);
  const asking = extras.settings.some(({ kind }) => kind === 'remote');
  const offers = useOffers(id, asking);
  const slots = useFiles(mediaAt(composition, id));
  const files = slots.flatMap((slot): MediaFile[] => (slot.state === 'ready' ? [slot.file] : []));
  const shown = shownSettings(extras.settings, settings, files);
  const covered = coveredBy(extras.cover, settings, files);
  const about = (name: string) => findings.filter(({ setting }) => setting === name);
  const subtitled = extras.subtitles !== null && (isOnlyFilm(files) || subtitles.length > 0);
  const fields = [
    ...shown.map(({ name }) => name),
    ...(covered ? ['cover'] : []),
    ...(subtitled ? ['subtitles'] : []),
  ];
  const elsewhere = findings.filter(({ setting }) => setting === null || !fields.includes(setting));
  const field = { platform, settings, offers, onSet, about };
  return (
    <>
      {extras.formats.length > 1 && (
        <div className={classes.format}>
          <SegmentedControl
            aria-label={t('panels.format')}
            value={format}
            onChange={(value) => onFormat(value as Format)}
            data={extras.formats.map((value) => ({ value, label: t(`networks:format.${value}`) }))}
          />
          <p className={classes.help}>{t(`networks:formatHelp.${format}`)}</p>
        </div>
      )}
      <FindingList findings={elsewhere} accounts={[]} />
      <Quota offers={offers.data} />
      {platform === 'tiktok' ? (
        <TikTokFields account={account} files={files} rules={shown} {...field} />
      ) : (
        <div className={classes.fields}>
          {shown.map((rule) => (
            <SettingField key={rule.name} rule={rule} {...field} />
          ))}
        </div>
      )}
      {covered && extras.cover && (
        <CoverField
          rule={extras.cover}
          covered={covered}
          cover={cover}
          about={about('cover')}
          onChange={onCover}
        />
      )}
      {subtitled && (
        <SubtitlesField subtitles={subtitles} about={about('subtitles')} onChange={onSubtitles} />
      )}
    </>
  );
}

/** How much of what the network allows is used up, when little is left. */
function Quota({ offers }: { offers: Offers | undefined }) {
  const { t } = useTranslation('composer');
  const quota = offers?.quota;
  if (!quota || quota.used / quota.total < 0.8) return null;
  const { used, total, window_seconds } = quota;
  return (
    <p className={classes.quota}>
      {t('panels.quota', { used, total, count: Math.round(window_seconds / 3600) })}
    </p>
  );
}
