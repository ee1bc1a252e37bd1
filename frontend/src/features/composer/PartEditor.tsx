import { ActionIcon, Textarea } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Account } from '@/api/types';
import { ruleIn } from '@/parts/networkRules';
import { Counters } from './Counters';
import type { WrittenPart } from './composition';
import { FindingList } from './FindingList';
import type { Finding } from './findings';
import { PartMedia } from './PartMedia';
import classes from './Thread.module.css';

interface Props {
  part: WrittenPart;
  /** Its place in the thread, from 2. */
  number: number;
  last: boolean;
  /** Shared with all accounts, and therefore not to be changed here. */
  locked: boolean;
  /** Those that get it. */
  accounts: Account[];
  findings: Finding[];
  onChange: (change: Partial<WrittenPart>) => void;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
}

/** One part of a thread: its text, its length at every network, its files. */
export function PartEditor(props: Props) {
  const { part, number, last, locked, accounts, findings, onChange, onMove, onRemove } = props;
  const { t } = useTranslation('composer');
  return (
    <li className={classes.part}>
      <div className={classes.sheet}>
        <div className={classes.head}>
          <span className={classes.number}>{t('thread.number', { number })}</span>
          {!locked && (
            <span className={classes.moves}>
              <ActionIcon
                size="md"
                aria-label={t('thread.earlier', { number })}
                disabled={number === 2}
                onClick={() => onMove(-1)}
              >
                <IconArrowUp size={16} stroke={1.8} />
              </ActionIcon>
              <ActionIcon
                size="md"
                aria-label={t('thread.later', { number })}
                disabled={last}
                onClick={() => onMove(1)}
              >
                <IconArrowDown size={16} stroke={1.8} />
              </ActionIcon>
              <ActionIcon size="md" aria-label={t('thread.remove', { number })} onClick={onRemove}>
                <IconX size={16} stroke={1.8} />
              </ActionIcon>
            </span>
          )}
        </div>
        <Textarea
          variant="unstyled"
          classNames={{ input: classes.input }}
          aria-label={t('thread.label', { number })}
          placeholder={t('thread.placeholder')}
          value={part.text}
          onChange={(event) => onChange({ text: event.currentTarget.value })}
          readOnly={locked}
          data-shared={locked || undefined}
          autosize
          minRows={2}
          maxRows={16}
          attributes={{ input: { dir: 'auto' } }}
        />
        <PartMedia
          media={part.media}
          number={number}
          locked={locked}
          onChange={(media) => onChange({ media })}
        />
        <Counters accounts={accounts} textOf={() => part.text} ruleOf={(each) => ruleIn(each, 'post')} />
      </div>
      <FindingList findings={findings} accounts={accounts} />
    </li>
  );
}
