import { getHotkeyHandler, useInterval } from '@mantine/hooks';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/api/me';
import type { Account, Post, Series } from '@/api/types';
import { AccountPicker } from '@/parts/AccountPicker';
import { DropTarget } from '@/parts/DropTarget';
import { useFiles } from '@/parts/useFiles';
import { useUploads } from '@/parts/useUploads';
import { PageHeader } from '@/ui/PageHeader';
import { AccountNotes } from './AccountNotes';
import { ActionBar } from './ActionBar';
import { ClashDialog } from './ClashDialog';
import { CommentField } from './CommentField';
import classes from './Composer.module.css';
import {
  allMedia,
  attach,
  type Composition,
  mediaAt,
  type Place,
  toggle,
  toggleAll,
  variant,
  write,
} from './composition';
import { Editor } from './Editor';
import { GroupChips } from './GroupChips';
import { type Handover, handedOver } from './handover';
import { MediaStrip } from './MediaStrip';
import { RestoredNote } from './RestoredNote';
import type { Action } from './submit';
import { ThreadEditor } from './ThreadEditor';
import { TimingPanel } from './TimingPanel';
import { Trouble } from './Trouble';
import { type Composer as State, useComposer } from './useComposer';
import { useSending } from './useSending';
import { useValidation } from './useValidation';
import { judge, type When } from './when';

const PreviewPanel = lazy(() => import('./previews/PreviewPanel'));
const NetworkPanels = lazy(() => import('./settings/NetworkPanels'));

interface Props {
  start: { post: Post | null; series?: Series; accounts: Account[]; composition: Composition; when: When };
  /** A time that was asked for, by a click in the calendar: it wins over the one of an unsent draft. */
  given: When | null;
  problem?: Handover['problem'];
}

/** Writes one post: where it goes, what it says there, and when. */
export function Composer({ start, given, problem = null }: Props) {
  const { t } = useTranslation('composer');
  const mayPublish = useCan('posts.publish');
  const composer = useComposer(
    start,
    given,
    useMemo(() => handedOver(problem), [problem]),
  );
  const { post, composition, change, when, input } = composer;
  const { accounts } = start;
  const [place, setPlace] = useState<Place>('all');
  const [picking, setPicking] = useState(false);
  const now = useNow();
  const verdict = judge(when, now);

  const files = useFiles(allMedia(composition));
  const facts = files.map((slot) => (slot.state === 'ready' ? slot.file.version : slot.state)).join();
  const checks = useValidation(input, facts);
  const uploads = useUploads((file) =>
    change((before) => {
      const to = variant(before, place).media ? place : 'all';
      return attach(before, to, [...mediaAt(before, to), file.id]);
    }),
  );

  const chosen = accounts.filter(({ id }) => composition.accounts.includes(id));
  const here: Place = chosen.some(({ id }) => id === place) ? place : 'all';
  const gone =
    (start.series?.content ?? start.post)?.targets.filter(
      ({ account_id }) => !accounts.some(({ id }) => id === account_id),
    ).length ?? 0;
  const described = files.some(
    (slot) =>
      slot.state === 'ready' &&
      post?.files.some(({ file_id, alt }) => file_id === slot.id && alt !== slot.file.alt),
  );
  const sending = useSending({ composer, chosen, verdict, checks });
  const { act } = sending;

  const primary = primaryOf(composer, mayPublish);
  const doPrimary = () => (primary === 'repeat' ? sending.repeat() : act(primary));
  const hotkeys = getHotkeyHandler([
    ['mod+S', () => void (start.series ? doPrimary() : act('save'))],
    ['mod+Enter', () => void doPrimary()],
  ]);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: shortcuts of the fields inside, each with a button of its own
    <div onKeyDown={hotkeys}>
      <PageHeader title={t(start.series ? 'seriesTitle' : post ? 'editTitle' : 'title')} />
      <RestoredNote composer={composer} />
      <div className={classes.columns}>
        <div className={classes.work}>
          <section className={classes.section} aria-labelledby="composer-accounts">
            <h2 id="composer-accounts">{t('accounts.heading')}</h2>
            <GroupChips
              accounts={accounts}
              chosen={composition.accounts}
              onToggle={(ids) => change((before) => toggleAll(before, ids))}
            />
            <AccountPicker
              label={t('accounts.heading')}
              accounts={accounts}
              chosen={composition.accounts}
              onToggle={(id) => change((before) => toggle(before, id))}
            />
            <AccountNotes chosen={chosen} gone={gone} findings={checks.findings} />
          </section>
          <Editor
            composition={composition}
            accounts={chosen}
            place={here}
            onPlace={setPlace}
            onWrite={(text) => change((before) => write(before, here, text))}
            onChange={change}
            checks={checks}
          />
          <ThreadEditor
            composition={composition}
            accounts={chosen}
            place={here}
            onChange={change}
            findings={checks.findings}
          />
          <MediaStrip
            composition={composition}
            accounts={chosen}
            place={here}
            onChange={change}
            findings={checks.findings}
            uploads={uploads}
            picking={picking}
            onPicking={setPicking}
          />
          <CommentField
            composition={composition}
            accounts={chosen}
            place={here}
            onChange={change}
            findings={checks.findings}
          />
          <Suspense>
            <NetworkPanels
              composition={composition}
              accounts={chosen}
              place={here}
              onChange={change}
              findings={checks.findings}
            />
          </Suspense>
          {mayPublish && (
            <TimingPanel
              composer={composer}
              chosen={chosen}
              when={when}
              verdict={verdict}
              now={now}
              problem={composer.problem}
              busy={composer.busy !== null}
              onChange={(next) => {
                composer.setWhen(next);
                composer.setProblem(null);
              }}
              onChoose={(next) => {
                composer.setWhen(next);
                // A choice offered for a refused try repeats that try; otherwise it only sets the time.
                if (composer.problem) void act('schedule', next);
              }}
            />
          )}
        </div>
        <div className={classes.aside}>
          <Suspense>
            <PreviewPanel
              composition={composition}
              accounts={accounts}
              place={here}
              at={composer.mode === 'time' && verdict.state === 'ok' ? verdict.at : null}
            />
          </Suspense>
        </div>
      </div>
      <Trouble
        composer={composer}
        chosen={chosen}
        blocked={sending.blocked}
        onAsNew={() => void sending.saveAsNew()}
      />
      <ActionBar
        composer={composer}
        chosen={chosen}
        verdict={verdict}
        now={now}
        described={described}
        primary={primary}
        refuses={sending.refuses}
        onAct={(action) => void (action === 'repeat' ? sending.repeat() : act(action))}
      />
      <DropTarget active={!picking} onFiles={(dropped) => uploads.queue.add(dropped)} />
      <ClashDialog
        composer={composer}
        accounts={accounts}
        onOverwrite={(theirs, action) => void sending.overwrite(theirs, action)}
      />
    </div>
  );
}

/** What the time that is being chosen calls for. */
function primaryOf({ mode, scheduled, timeChanged }: State, mayPublish: boolean): Action | 'repeat' {
  if (!mayPublish) return 'save';
  if (mode === 'now') return 'publish';
  if (mode === 'slot') return 'queue';
  if (mode === 'repeat') return 'repeat';
  return !scheduled || timeChanged ? 'schedule' : 'save';
}

/** The present, moving on every half minute: "in 20 minutes" must not stand still. */
function useNow(): Date {
  const [now, setNow] = useState(() => new Date());
  useInterval(() => setNow(new Date()), 30_000, { autoInvoke: true });
  return now;
}
