import { Button, NumberInput, SegmentedControl, Slider } from '@mantine/core';
import { IconPhotoPlus } from '@tabler/icons-react';
import { lazy, Suspense, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChosenCover } from '@/api/types';
import { MediaThumb } from '@/parts/MediaThumb';
import type { CoverRule } from '@/parts/rules';
import { useFiles } from '@/parts/useFiles';
import { pictureOf } from '../composition';
import type { Finding } from '../findings';
import classes from './CoverField.module.css';
import { FileField } from './FileField';
import type { Covered } from './values';

const MediaPicker = lazy(() => import('@/parts/MediaPicker'));

interface Props {
  rule: CoverRule;
  covered: Covered;
  cover: ChosenCover | null;
  /** What is wrong with it. */
  about: Finding[];
  onChange: (cover: ChosenCover | null) => void;
}

type Way = 'network' | 'moment' | 'picture';

/** Smallest step of the slider, in milliseconds: the number beside it is exact. */
const SLIDE_MS = 100;

/** What stands for a film until it plays, or on the card of a link: as this network lets people choose. */
export function CoverField({ rule, covered, cover, about, onChange }: Props) {
  const { t } = useTranslation('composer');
  const [picking, setPicking] = useState(false);
  const title = useId();
  const step = covered.kind === 'video' ? rule.frame_step_ms : null;
  const ways: Way[] = [
    'network',
    ...(step ? ['moment' as const] : []),
    ...(rule.picture ? ['picture' as const] : []),
  ];
  const way: Way = !cover ? 'network' : 'at_ms' in cover ? 'moment' : 'picture';
  const choose = (next: Way) => {
    if (next === 'network') onChange(null);
    else if (next === 'moment') onChange({ at_ms: 0 });
    else setPicking(true);
  };
  return (
    <FileField heading={t(`cover.${covered.kind}.heading`)} headingId={title} about={about}>
      <SegmentedControl
        aria-labelledby={title}
        value={way}
        onChange={(value) => choose(value as Way)}
        data={ways.map((value) => ({ value, label: t(`cover.${covered.kind}.${value}`) }))}
      />
      {cover && 'at_ms' in cover && covered.kind === 'video' && step && (
        <Moment
          video={covered.video}
          step={step}
          at={cover.at_ms}
          onChange={(at_ms) => onChange({ at_ms })}
        />
      )}
      {way === 'picture' && <Chosen cover={cover} onAgain={() => setPicking(true)} />}
      {picking && (
        <Suspense>
          <MediaPicker
            opened
            one
            attached={pictureOf(cover)}
            onPick={([media_id]) => {
              setPicking(false);
              if (media_id) onChange({ media_id });
            }}
            onClose={() => setPicking(false)}
          />
        </Suspense>
      )}
    </FileField>
  );
}

interface MomentProps {
  video: Extract<Covered, { kind: 'video' }>['video'];
  step: number;
  at: number;
  onChange: (at_ms: number) => void;
}

/** A moment of the film, seen while it is chosen. */
function Moment({ video, step, at, onChange }: MomentProps) {
  const { t } = useTranslation('composer');
  const last = video.duration_ms ? Math.floor((video.duration_ms - 1) / step) * step : null;
  const within = (ms: number) => Math.max(0, Math.min(last ?? Number.MAX_SAFE_INTEGER, Math.round(ms)));
  const shape = video.width && video.height ? video.width / video.height : 1;
  return (
    <div className={classes.choice}>
      <span className={classes.thumb}>
        <MediaThumb
          file={video}
          at={at}
          alt={t('cover.seen', { seconds: at / 1000 })}
          ratio={String(shape)}
        />
      </span>
      <div className={classes.moment}>
        {last !== null && (
          <Slider
            thumbLabel={t('cover.slider')}
            value={at}
            onChange={(ms) => onChange(within(ms))}
            min={0}
            max={Math.max(last, step)}
            step={Math.max(step, SLIDE_MS)}
            label={(ms) => t('cover.seconds', { seconds: ms / 1000 })}
          />
        )}
        <NumberInput
          label={t('cover.second')}
          value={at / 1000}
          onChange={(seconds) => typeof seconds === 'number' && onChange(within(seconds * 1000))}
          min={0}
          max={last === null ? undefined : last / 1000}
          step={Math.max(step, SLIDE_MS) / 1000}
          decimalScale={step < 1000 ? 3 : 0}
          allowNegative={false}
          clampBehavior="blur"
        />
      </div>
    </div>
  );
}

/** The chosen picture. */
function Chosen({ cover, onAgain }: { cover: ChosenCover | null; onAgain: () => void }) {
  const { t } = useTranslation('composer');
  const [slot] = useFiles(pictureOf(cover));
  return (
    <div className={classes.choice}>
      <span className={classes.thumb}>
        {slot?.state === 'ready' && (
          <MediaThumb
            file={slot.file}
            alt={slot.file.alt || slot.file.name}
            ratio={String((slot.file.width ?? 1) / (slot.file.height ?? 1))}
          />
        )}
      </span>
      <div className={classes.moment}>
        {slot?.state === 'missing' && <p className={classes.error}>{t('media.gone')}</p>}
        {slot?.state === 'ready' && (
          <span className={classes.name} dir="auto">
            {slot.file.name}
          </span>
        )}
        <Button
          variant="default"
          size="compact-md"
          leftSection={<IconPhotoPlus size={18} stroke={1.6} />}
          onClick={onAgain}
        >
          {t('cover.again')}
        </Button>
      </div>
    </div>
  );
}
