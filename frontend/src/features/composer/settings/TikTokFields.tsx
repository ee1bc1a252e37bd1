import { Alert, Checkbox, Radio, Skeleton, Stack, Switch } from '@mantine/core';
import { Trans, useTranslation } from 'react-i18next';
import type { Account, MediaFile } from '@/api/types';
import { AccountAvatar } from '@/parts/AccountAvatar';
import type { SettingRule } from '@/parts/rules';
import { settingLabel } from '@/parts/settingWords';
import classes from './NetworkPanels.module.css';
import { RemoteField } from './RemoteField';
import { type FieldProps, SettingField, wrong } from './SettingField';

interface Props extends FieldProps {
  account: Account;
  files: MediaFile[];
  rules: SettingRule[];
}

const ALLOW = ['allow_comment', 'allow_duet', 'allow_stitch'] as const;
const COMMERCE = ['brand_organic', 'branded_content'] as const;
/** What has a place of its own below; `auto_music` and `title` belong to photos. */
const PLACED: readonly string[] = ['privacy', 'commercial_content', ...ALLOW, ...COMMERCE];
const PHOTOS_ONLY: readonly string[] = ['title', 'auto_music'];
const MUSIC = 'https://www.tiktok.com/legal/page/global/music-usage-confirmation/en';
const BRANDED = 'https://www.tiktok.com/legal/page/global/bc-policy/en';

/**
 * What TikTok demands to be shown before every post (Content Posting API, Content Sharing Guidelines): whose account it
 * is, who may see it without a choice made beforehand, interactions unticked, commercial content, and the consent.
 */
export function TikTokFields({ account, files, rules, ...field }: Props) {
  const { t } = useTranslation('composer');
  const { settings, offers } = field;
  const longest = offers.data?.video_max_ms;
  const tooLong = files.some(({ duration_ms }) => longest && duration_ms && duration_ms > longest);
  const name = offers.data?.name ?? account.name;
  const avatar_url = offers.data?.avatar_url ?? account.avatar_url;
  const video = files.some(({ type }) => type.startsWith('video/'));
  const photos = files.length > 0 && !video;
  const rest = rules.filter(
    ({ name }) => !PLACED.includes(name) && (photos || !PHOTOS_ONLY.includes(name) || name in settings),
  );
  return (
    <Stack gap="lg">
      <p className={classes.creator}>
        <AccountAvatar account={{ ...account, name, avatar_url }} size={36} plain />
        <span>
          {t('tiktok.creator')} <strong dir="auto">{name}</strong>
        </span>
      </p>
      {tooLong && longest && (
        <Alert color="red" variant="light" p="xs" role="alert">
          {t('tiktok.tooLong', { count: Math.floor(longest / 1000) })}
        </Alert>
      )}
      <Privacy rules={rules} {...field} />
      <Interactions photos={photos} {...field} />
      <Commerce {...field} />
      {rest.length > 0 && (
        <div className={classes.fields}>
          {rest.map((rule) => (
            <SettingField key={rule.name} rule={rule} {...field} />
          ))}
        </div>
      )}
      <p className={classes.consent}>
        <Trans
          t={t}
          i18nKey={settings.branded_content ? 'tiktok.consentBranded' : 'tiktok.consent'}
          components={{
            // biome-ignore lint/a11y/useAnchorContent: Trans gives them their words
            music: <a href={MUSIC} target="_blank" rel="noreferrer" />,
            // biome-ignore lint/a11y/useAnchorContent: Trans gives them their words
            branded: <a href={BRANDED} target="_blank" rel="noreferrer" />,
          }}
        />
      </p>
    </Stack>
  );
}

/** Who may see it: what the account offers now, none of it chosen beforehand. */
function Privacy({ rules, ...field }: FieldProps & { rules: SettingRule[] }) {
  const { t } = useTranslation('composer');
  const { platform, settings, offers, onSet, about } = field;
  const rule = rules.find(({ name }) => name === 'privacy');
  const choices = offers.data?.choices.privacy ?? [];
  if (!rule) return null;
  if (offers.isPending) return <Skeleton height={96} radius="sm" aria-label={t('panels.asking')} />;
  if (choices.length === 0) return <RemoteField rule={rule} {...field} />;
  const branded = settings.branded_content === true;
  return (
    <Radio.Group
      label={settingLabel(platform, 'privacy')}
      required
      value={typeof settings.privacy === 'string' ? settings.privacy : ''}
      onChange={(value) => onSet('privacy', value)}
      error={wrong(about('privacy'))}
    >
      <Stack gap={8} mt={4}>
        {choices.map(({ value, label }) => {
          const barred = branded && value === 'SELF_ONLY';
          return (
            <Radio
              key={value}
              value={value}
              label={label}
              disabled={barred}
              description={barred ? t('tiktok.notPrivate') : undefined}
            />
          );
        })}
      </Stack>
    </Radio.Group>
  );
}

/** What others may do with it: nothing unless it is ticked, and nothing that the account has turned off. */
function Interactions({ photos, ...field }: FieldProps & { photos: boolean }) {
  const { t } = useTranslation('composer');
  const { platform, settings, offers, onSet, about } = field;
  const shown = photos ? ALLOW.slice(0, 1) : ALLOW;
  return (
    <fieldset className={classes.set}>
      <legend className={classes.label}>{t('tiktok.allow')}</legend>
      <div className={classes.ticks}>
        {shown.map((name) => {
          const off = offers.data?.disabled.includes(name) ?? false;
          return (
            <Checkbox
              key={name}
              label={settingLabel(platform, name)}
              checked={settings[name] === true && !off}
              disabled={off}
              description={off ? t('tiktok.off') : undefined}
              error={wrong(about(name))}
              onChange={(event) => onSet(name, event.currentTarget.checked)}
            />
          );
        })}
      </div>
    </fieldset>
  );
}

/** Whether it advertises something, and whose. */
function Commerce({ platform, settings, onSet, about }: FieldProps) {
  const { t } = useTranslation('composer');
  const told = COMMERCE.some((name) => settings[name] === true);
  const on = told || settings.commercial_content === true;
  return (
    <div>
      <Switch
        label={t('tiktok.commerce')}
        description={t('tiktok.commerceHelp')}
        checked={on}
        onChange={(event) => {
          const { checked } = event.currentTarget;
          onSet('commercial_content', checked || undefined);
          if (!checked) for (const name of COMMERCE) onSet(name, undefined);
        }}
      />
      {on && (
        <div className={classes.kinds}>
          {COMMERCE.map((name) => {
            const barred = name === 'branded_content' && settings.privacy === 'SELF_ONLY';
            return (
              <Checkbox
                key={name}
                label={settingLabel(platform, name)}
                description={t(barred ? 'tiktok.notPrivate' : `tiktok.${name}`)}
                checked={settings[name] === true}
                disabled={barred}
                error={wrong(about(name))}
                onChange={(event) => onSet(name, event.currentTarget.checked)}
              />
            );
          })}
          {told ? (
            <p className={classes.help}>
              {t(settings.branded_content ? 'tiktok.labelPaid' : 'tiktok.labelPromotional')}
            </p>
          ) : (
            <Alert color="red" variant="light" p="xs">
              {t('tiktok.chooseKind')}
            </Alert>
          )}
        </div>
      )}
    </div>
  );
}
