import { Button, Select, Skeleton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { asProblem } from '@/api/problem';
import type { SettingRule } from '@/parts/rules';
import { settingHelp, settingLabel } from '@/parts/settingWords';
import classes from './NetworkPanels.module.css';
import { type FieldProps, wrong } from './SettingField';

/** A value that only the network knows, such as one of the account's boards. */
export function RemoteField({
  rule,
  platform,
  settings,
  offers,
  onSet,
  about,
}: FieldProps & { rule: SettingRule }) {
  const { t } = useTranslation('composer');
  const { name } = rule;
  const label = settingLabel(platform, name);
  const value = settings[name];
  if (offers.isPending) {
    return (
      <div aria-busy="true">
        <p className={classes.label}>{label}</p>
        <Skeleton height={36} radius="sm" aria-label={t('panels.asking')} />
      </div>
    );
  }
  const choices = offers.data?.choices[name] ?? [];
  // A value that was chosen and is not offered any more stays visible until another is chosen.
  const lost = typeof value === 'string' && !choices.some((each) => each.value === value);
  if (!offers.data || (choices.length === 0 && !lost)) {
    return (
      <div>
        <p className={classes.label}>{label}</p>
        <p className={classes.notice} role="status">
          {offers.error
            ? asProblem(offers.error).detail || t('panels.failed')
            : t('panels.nothing', { label, network: t(`platform.${platform}`, { ns: 'common' }) })}{' '}
          <Button
            size="compact-sm"
            variant="default"
            loading={offers.isFetching}
            onClick={() => void offers.refetch()}
          >
            {t('action.retry', { ns: 'common' })}
          </Button>
        </p>
        {about(name).length > 0 && <p className={classes.error}>{wrong(about(name))}</p>}
      </div>
    );
  }
  return (
    <Select
      label={label}
      description={settingHelp(platform, name)}
      required={rule.required}
      error={wrong(about(name)) ?? (lost ? t('panels.gone') : null)}
      data={lost ? [...choices, { value: value as string, label: value as string }] : choices}
      placeholder={t('panels.choose')}
      value={typeof value === 'string' ? value : null}
      onChange={(chosen) => onSet(name, chosen ?? undefined)}
      searchable={choices.length > 8}
      allowDeselect={!rule.required}
      checkIconPosition="right"
    />
  );
}
