import { Button, Group, Textarea } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { MediaFile } from '@/api/types';
import classes from './AltTextField.module.css';
import { graphemes } from './rules';
import { useAltText } from './useAltText';

interface Props {
  file: MediaFile;
  /** Longest description that every chosen network takes, in graphemes. */
  max?: number;
  /** Few lines and no visible label: the picture stands beside it. */
  compact?: boolean;
}

/** Describes a file for people who do not see it; saved when the field is left. */
export function AltTextField({ file, max = 1500, compact = false }: Props) {
  const { t } = useTranslation('media');
  const alt = useAltText(file);
  const left = max - graphemes(alt.value);
  const failure =
    alt.problem?.slug === 'offline'
      ? t('alt.failedOffline')
      : t('alt.failed', { detail: alt.problem?.detail || alt.problem?.title });
  return (
    <div>
      <Textarea
        {...(compact
          ? { 'aria-label': t('alt.of', { name: file.name }) }
          : { label: t('alt.label'), description: t('alt.hint') })}
        placeholder={t('alt.placeholder')}
        value={alt.value}
        onChange={(event) => alt.write(event.currentTarget.value)}
        onBlur={() => void alt.save()}
        autosize
        minRows={compact ? 2 : 3}
        maxRows={8}
        attributes={{ input: { dir: 'auto' } }}
        error={left < 0}
      />
      <div className={classes.foot} aria-live="polite">
        {alt.state === 'failed' && <span className={classes.failed}>{failure}</span>}
        {(alt.state === 'changed' || alt.state === 'failed') && (
          <Button size="compact-xs" variant="subtle" onClick={() => void alt.save()}>
            {alt.state === 'failed' ? t('action.retry', { ns: 'common' }) : t('alt.save')}
          </Button>
        )}
        {alt.state === 'saving' && <span className={classes.quiet}>{t('alt.saving')}</span>}
        {alt.state === 'saved' && !alt.value && <span className={classes.nudge}>{t('alt.nudge')}</span>}
        {left < 100 && (
          <span className={left < 0 ? classes.failed : classes.quiet}>{t('alt.left', { count: left })}</span>
        )}
      </div>
      {alt.state === 'stale' && (
        <div className={classes.stale} role="alert">
          <p>{alt.theirs ? t('alt.stale') : t('alt.staleEmpty')}</p>
          {alt.theirs && <blockquote dir="auto">{alt.theirs}</blockquote>}
          <Group gap="xs">
            <Button size="compact-sm" onClick={() => void alt.save()}>
              {t('alt.keepMine')}
            </Button>
            <Button size="compact-sm" variant="default" onClick={alt.takeTheirs}>
              {t('alt.takeTheirs')}
            </Button>
          </Group>
        </div>
      )}
    </div>
  );
}
