import { ActionIcon, Button, Skeleton } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPhotoOff, IconPhotoPlus, IconX } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account } from '@/api/types';
import { AltTextField } from '@/parts/AltTextField';
import { shortName } from '@/parts/accountName';
import { MediaThumb } from '@/parts/MediaThumb';
import { ruleFor } from '@/parts/rules';
import { UploadList } from '@/parts/UploadList';
import { type FileSlot, useFiles } from '@/parts/useFiles';
import type { Uploads } from '@/parts/useUploads';
import { attach, type Composition, mediaAt, type Place, variant } from './composition';
import { FindingList } from './FindingList';
import { concerning, type Finding } from './findings';
import classes from './MediaStrip.module.css';

const MediaPicker = lazy(() => import('@/parts/MediaPicker'));

interface Props {
  composition: Composition;
  /** The chosen ones. */
  accounts: Account[];
  place: Place;
  onChange: (change: (before: Composition) => Composition) => void;
  findings: Finding[];
  uploads: Uploads;
  /** Whether the library is open to choose from. */
  picking: boolean;
  onPicking: (picking: boolean) => void;
}

/** The files of a post in their order, each with its description. */
export function MediaStrip(props: Props) {
  const { composition, accounts, place, onChange, findings, uploads, picking, onPicking } = props;
  const { t } = useTranslation('composer');
  const account = accounts.find(({ id }) => id === place);
  const shared = account !== undefined && variant(composition, account.id).media === null;
  const ids = mediaAt(composition, place);
  const slots = useFiles(ids);
  const set = (media: string[]) => onChange((before) => attach(before, place, media));
  const altMax = Math.min(1500, ...accounts.map(({ platform, limits }) => ruleFor(platform, limits).alt_max));
  // A missing description that is only a remark is said by the field itself.
  const about = findings.filter(
    ({ field, part, code, severity }) =>
      field === 'media' && part === null && !(code === 'alt-missing' && severity === 'warning'),
  );
  const shown = account ? concerning(about, account.id) : about;
  const general = shown.filter(({ file }) => file === null || !ids.includes(file));

  return (
    <section className={classes.section} aria-labelledby="composer-media">
      <h2 id="composer-media">{t('media.heading')}</h2>
      {account && (
        <div className={classes.fork}>
          <span>{t(shared ? 'media.same' : 'media.own', { account: shortName(account, accounts) })}</span>
          <Button
            size="compact-sm"
            variant={shared ? 'default' : 'subtle'}
            color={shared ? undefined : 'gray'}
            onClick={() => onChange((before) => own(before, account.id, shared))}
          >
            {shared ? t('media.fork', { account: shortName(account, accounts) }) : t('media.reset')}
          </Button>
        </div>
      )}
      <UploadList uploads={uploads} />
      {slots.length > 0 && (
        <ol className={classes.files}>
          {slots.map((slot, index) => (
            <li key={slot.id} className={classes.file}>
              <Slot slot={slot} altMax={altMax}>
                <FindingList findings={shown.filter(({ file }) => file === slot.id)} accounts={accounts} />
              </Slot>
              {!shared && <Moves slot={slot} index={index} ids={ids} onMove={set} />}
            </li>
          ))}
        </ol>
      )}
      <FindingList findings={general} accounts={accounts} />
      {!shared && (
        <div className={classes.add}>
          <Button
            variant="default"
            leftSection={<IconPhotoPlus size={18} stroke={1.6} />}
            onClick={() => onPicking(true)}
          >
            {t('media.add')}
          </Button>
          <span className={classes.hint}>{t('media.hint')}</span>
        </div>
      )}
      {picking && (
        <Suspense>
          <MediaPicker
            opened
            attached={ids}
            onPick={(chosen) => {
              set(chosen);
              onPicking(false);
            }}
            onClose={() => onPicking(false)}
          />
        </Suspense>
      )}
    </section>
  );
}

/** Files of an account's own begin as the shared ones. */
function own(before: Composition, account: string, wasShared: boolean): Composition {
  if (wasShared) return attach(before, account, before.media);
  const { text = null } = variant(before, account);
  return {
    ...before,
    variants: { ...before.variants, [account]: { ...variant(before, account), text, media: null } },
  };
}

function Slot({ slot, altMax, children }: { slot: FileSlot; altMax: number; children: React.ReactNode }) {
  const { t } = useTranslation('composer');
  if (slot.state === 'loading')
    return <Skeleton height={72} style={{ flex: 1 }} aria-label={t('media.loading')} />;
  if (slot.state === 'missing') {
    return (
      <>
        <span className={classes.gone}>
          <IconPhotoOff size={24} stroke={1.4} aria-hidden />
        </span>
        <p className={classes.words} role="alert">
          {t('media.gone')}
        </p>
      </>
    );
  }
  return (
    <>
      <span className={classes.thumb}>
        <MediaThumb file={slot.file} />
      </span>
      <div className={classes.words}>
        <AltTextField file={slot.file} max={altMax} compact />
        {children}
      </div>
    </>
  );
}

interface MovesProps {
  slot: FileSlot;
  index: number;
  ids: string[];
  onMove: (ids: string[]) => void;
}

/** Order and removal, by buttons: no drag is needed. */
function Moves({ slot, index, ids, onMove }: MovesProps) {
  const { t } = useTranslation('composer');
  const name = slot.state === 'ready' ? slot.file.name : t('media.unnamed');
  const swap = (other: number) => {
    const next = [...ids];
    [next[index], next[other]] = [next[other] ?? '', next[index] ?? ''];
    onMove(next);
  };
  return (
    <div className={classes.moves}>
      <ActionIcon
        size="md"
        aria-label={t('media.remove', { name })}
        onClick={() => onMove(ids.filter((id) => id !== slot.id))}
      >
        <IconX size={16} stroke={1.8} />
      </ActionIcon>
      {ids.length > 1 && (
        <>
          <ActionIcon
            size="md"
            aria-label={t('media.earlier', { name })}
            disabled={index === 0}
            onClick={() => swap(index - 1)}
          >
            <IconArrowUp size={16} stroke={1.8} />
          </ActionIcon>
          <ActionIcon
            size="md"
            aria-label={t('media.later', { name })}
            disabled={index === ids.length - 1}
            onClick={() => swap(index + 1)}
          >
            <IconArrowDown size={16} stroke={1.8} />
          </ActionIcon>
        </>
      )}
    </div>
  );
}
