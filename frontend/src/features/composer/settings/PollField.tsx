import { ActionIcon, Button, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SettingRule } from '@/parts/rules';
import { settingLabel } from '@/parts/settingWords';
import classes from './NetworkPanels.module.css';
import { type FieldProps, wrong } from './SettingField';

/** The answers of a poll, one field each; those left empty are not sent. */
export function PollField({ rule, platform, settings, onSet, about }: FieldProps & { rule: SettingRule }) {
  const { t } = useTranslation('composer');
  const group = useRef<HTMLFieldSetElement>(null);
  const { name, items_min = 2, items_max = 4, item_max } = rule;
  const value = settings[name];
  // A poll without a word yet says nothing that could be kept.
  const [begun, setBegun] = useState<string[]>([]);
  const answers = Array.isArray(value) ? value : begun;
  const set = (next: string[]) => {
    setBegun(next);
    onSet(name, next);
  };
  const focusLast = () =>
    requestAnimationFrame(() => [...(group.current?.querySelectorAll('input') ?? [])].at(-1)?.focus());
  if (answers.length === 0) {
    return (
      <div>
        <Button
          variant="default"
          size="compact-md"
          leftSection={<IconPlus size={16} stroke={1.8} />}
          onClick={() => set(Array.from({ length: items_min }, () => ''))}
        >
          {t('panels.poll.begin')}
        </Button>
        {about(name).length > 0 && <p className={classes.error}>{wrong(about(name))}</p>}
      </div>
    );
  }
  return (
    <fieldset className={classes.poll} ref={group}>
      <legend className={classes.label}>{settingLabel(platform, name)}</legend>
      {answers.map((answer, index) => (
        <div
          className={classes.answer}
          // biome-ignore lint/suspicious/noArrayIndexKey: answers are told apart by their place only
          key={index}
        >
          <TextInput
            aria-label={t('panels.poll.answer', { number: index + 1 })}
            placeholder={t('panels.poll.answer', { number: index + 1 })}
            value={answer}
            error={
              item_max !== undefined && answer.length > item_max && t('panels.poll.long', { count: item_max })
            }
            onChange={(event) =>
              set(answers.map((each, at) => (at === index ? event.currentTarget.value : each)))
            }
            dir="auto"
          />
          {answers.length > items_min && (
            <ActionIcon
              aria-label={t('panels.poll.remove', { number: index + 1 })}
              onClick={() => set(answers.filter((_, at) => at !== index))}
            >
              <IconX size={16} stroke={1.8} />
            </ActionIcon>
          )}
        </div>
      ))}
      {about(name).length > 0 && <p className={classes.error}>{wrong(about(name))}</p>}
      <div className={classes.pollActs}>
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconPlus size={14} stroke={1.8} />}
          disabled={answers.length >= items_max}
          onClick={() => {
            set([...answers, '']);
            focusLast();
          }}
        >
          {t('panels.poll.add')}
        </Button>
        <Button size="compact-sm" variant="subtle" color="gray" onClick={() => set([])}>
          {t('panels.poll.end')}
        </Button>
      </div>
    </fieldset>
  );
}
