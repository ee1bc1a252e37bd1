import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account } from '@/api/types';
import { shortName } from '@/parts/accountName';
import { extrasFor, takesThread } from '@/parts/networkRules';
import { notifyUndo } from '@/shell/notify';
import { type Composition, type Place, variant, type WrittenPart } from './composition';
import { concerning, type Finding } from './findings';
import { PartEditor } from './PartEditor';
import { ShareBar } from './ShareBar';
import classes from './Thread.module.css';
import { addPart, changePart, movePart, setThread, shareThread, threadAt, threadShare } from './thread';

interface Props {
  composition: Composition;
  /** The chosen ones. */
  accounts: Account[];
  place: Place;
  onChange: (change: (before: Composition) => Composition) => void;
  findings: Finding[];
}

/** What follows the text as a thread, where a chosen network has threads. */
export function ThreadEditor({ composition, accounts, place, onChange, findings }: Props) {
  const { t } = useTranslation('composer');
  const list = useRef<HTMLOListElement>(null);
  const account = accounts.find(({ id }) => id === place);
  const taking = accounts.filter(
    (each) => takesThread(each) && variant(composition, each.id).format === 'post',
  );
  const parts = threadAt(composition, place);
  const here = account ? taking.filter(({ id }) => id === account.id) : taking;
  if (here.length === 0) return null;
  // What is written for all accounts is counted for those that have nothing of their own.
  const counted = account ? here : here.filter(({ id }) => threadShare(composition, id) === 'shared');
  const share = account ? threadShare(composition, account.id) : 'own';
  const shared = share === 'shared';
  const most = Math.min(...here.map(({ platform }) => extrasFor(platform).thread?.parts_max ?? 0));
  const set = (change: (parts: WrittenPart[]) => WrittenPart[]) =>
    onChange((before) => setThread(before, place, change(threadAt(before, place))));
  const add = () => {
    set(addPart);
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>('li:last-child textarea')?.focus());
  };
  const remove = (part: WrittenPart) => {
    set((before) => before.filter(({ key }) => key !== part.key));
    if (!part.text.trim() && part.media.length === 0) return;
    const index = parts.indexOf(part);
    notifyUndo(t('thread.removed'), () =>
      set((before) => [...before.slice(0, index), part, ...before.slice(index)]),
    );
  };
  const shown = account ? concerning(findings, account.id) : findings;

  return (
    <section className={classes.section} aria-label={t('thread.heading')}>
      {account && (composition.thread.length > 0 || !shared) && (
        <ShareBar
          what="thread"
          share={share}
          account={shortName(account, accounts)}
          onShare={(next) => onChange((before) => shareThread(before, account.id, next))}
        />
      )}
      {parts.length > 0 && (
        <ol className={classes.parts} ref={list}>
          {parts.map((part, index) => (
            <PartEditor
              key={part.key}
              part={part}
              number={index + 2}
              last={index === parts.length - 1}
              locked={shared}
              accounts={counted}
              findings={shown.filter((finding) => finding.part === index)}
              onChange={(change) => set((before) => changePart(before, part.key, change))}
              onMove={(by) => set((before) => movePart(before, part.key, by))}
              onRemove={() => remove(part)}
            />
          ))}
        </ol>
      )}
      {(share === 'own' || (shared && composition.thread.length === 0)) && (
        <div className={classes.add}>
          <Button
            size="compact-md"
            variant="subtle"
            leftSection={<IconPlus size={16} stroke={1.8} />}
            disabled={parts.length >= most}
            onClick={add}
          >
            {t('thread.add')}
          </Button>
          {here.length < accounts.length && !account && parts.length > 0 && (
            <span className={classes.hint}>
              {t('thread.only', { accounts: here.map((each) => shortName(each, accounts)).join(', ') })}
            </span>
          )}
        </div>
      )}
    </section>
  );
}
