import { Select, type SelectProps } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { offsetLabel, zoneCity } from './time';

/** All IANA zones this browser knows; `UTC`, which browsers leave out, first. */
function zones(): { value: string; label: string }[] {
  return ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')].map((zone) => ({
    value: zone,
    label: `${zone.replaceAll('_', ' ')} · ${offsetLabel(zone)}`,
  }));
}

/** Chooses an IANA time zone; typing a city or an offset finds it. */
export function ZoneSelect(props: Omit<SelectProps, 'data'>) {
  const { t } = useTranslation();
  const data = useMemo(zones, []);
  return (
    <Select
      data={data}
      searchable
      limit={60}
      allowDeselect={false}
      nothingFoundMessage={t('zone.none')}
      description={props.value ? t('zone.clock', { city: zoneCity(props.value) }) : undefined}
      {...props}
    />
  );
}
