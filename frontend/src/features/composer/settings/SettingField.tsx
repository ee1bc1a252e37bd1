import { Checkbox, Select, TagsInput, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Platform, Setting, Settings } from '@/api/types';
import type { SettingRule } from '@/parts/rules';
import { choiceLabel, settingHelp, settingLabel } from '@/parts/settingWords';
import type { Finding } from '../findings';
import type { OffersQuery } from './offers';
import { PollField } from './PollField';
import { RemoteField } from './RemoteField';

/** What every field of a panel needs. */
export interface FieldProps {
  platform: Platform;
  settings: Settings;
  offers: OffersQuery;
  onSet: (name: string, value: Setting | undefined) => void;
  /** What is wrong with a setting. */
  about: (name: string) => Finding[];
}

/** What stands below a field: the first error, else the first remark. */
export function wrong(findings: Finding[]): string | null {
  const [first] = findings;
  return first ? `${first.detail} ${first.fix}`.trim() : null;
}

/** One setting of a network, by its description in the rule table. */
export function SettingField({ rule, ...props }: FieldProps & { rule: SettingRule }) {
  const { t } = useTranslation('composer');
  const { platform, settings, onSet, about } = props;
  const { name, kind } = rule;
  const value = settings[name];
  const common = {
    label: settingLabel(platform, name),
    description: settingHelp(platform, name),
    error: wrong(about(name)),
    required: rule.required,
  };
  if (kind === 'remote') return <RemoteField rule={rule} {...props} />;
  if (kind === 'flag') {
    const { required: _, ...words } = common;
    return (
      <Checkbox
        {...words}
        checked={value === true}
        onChange={(event) => onSet(name, event.currentTarget.checked)}
      />
    );
  }
  if (kind === 'choice') {
    const { choices = [] } = rule;
    return (
      <Select
        {...common}
        data={choices.map((each) => ({ value: each, label: choiceLabel(platform, name, each) }))}
        placeholder={t('panels.choose')}
        value={typeof value === 'string' ? value : (rule.default ?? null)}
        // The network's own choice is what is sent anyway.
        onChange={(chosen) => onSet(name, chosen === rule.default ? undefined : (chosen ?? undefined))}
        allowDeselect={!rule.required && rule.default === undefined}
        checkIconPosition="right"
      />
    );
  }
  if (kind === 'list' && name === 'poll') return <PollField rule={rule} {...props} />;
  if (kind === 'list') {
    return (
      <TagsInput
        {...common}
        value={Array.isArray(value) ? value : []}
        onChange={(items) => onSet(name, items)}
        maxTags={rule.items_max}
        acceptValueOnBlur
        placeholder={t('panels.addItem')}
      />
    );
  }
  const text = typeof value === 'string' ? value : '';
  return (
    <TextInput
      {...common}
      value={text}
      onChange={(event) => onSet(name, event.currentTarget.value)}
      inputMode={rule.url ? 'url' : undefined}
      placeholder={rule.url ? 'https://' : undefined}
      dir={rule.url ? 'ltr' : 'auto'}
      rightSectionWidth={64}
      rightSection={<Left text={text} most={rule.text_max} />}
    />
  );
}

/** How much room is left, once it is getting scarce. */
function Left({ text, most }: { text: string; most: number | undefined }) {
  if (most === undefined || text.length < most * 0.7) return null;
  const left = most - text.length;
  return (
    <span
      style={{
        fontSize: 'var(--mantine-font-size-xs)',
        color: left < 0 ? 'var(--mantine-color-error)' : 'var(--mantine-color-dimmed)',
      }}
    >
      {left}
    </span>
  );
}
