import { ActionIcon, Button, TextInput } from '@mantine/core';
import { IconBadgeCc, IconX } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChosenSubtitles } from '@/api/types';
import { rememberedFile, useFiles } from '@/parts/useFiles';
import { LANGUAGES, languageInName, languageName } from '@/ui/languages';
import type { Finding } from '../findings';
import { FileField } from './FileField';
import { wrong } from './SettingField';
import classes from './SubtitlesField.module.css';

const MediaPicker = lazy(() => import('@/parts/MediaPicker'));

interface Props {
  subtitles: ChosenSubtitles[];
  /** What is wrong with them. */
  about: Finding[];
  onChange: (subtitles: ChosenSubtitles[]) => void;
}

/** Subtitles of a film: files of the library, each with its language. */
export function SubtitlesField({ subtitles, about, onChange }: Props) {
  const { t } = useTranslation('composer');
  const [picking, setPicking] = useState(false);
  const languages = useId();
  const queries = useQueryClient();
  // The library showed it a moment ago.
  const nameOf = (id: string) => rememberedFile(queries, id)?.name ?? '';
  const ids = subtitles.map(({ media_id }) => media_id);
  const files = useFiles(ids);
  const general = about.filter(({ file }) => file === null);
  return (
    <FileField heading={t('subtitles.heading')} about={general}>
      {subtitles.length > 0 && (
        <ul className={classes.list}>
          {subtitles.map(({ media_id, language }, index) => {
            const slot = files[index];
            const name =
              slot?.state === 'ready' ? slot.file.name : t('subtitles.file', { number: index + 1 });
            const gone = slot?.state === 'missing' ? t('media.gone') : null;
            return (
              <li key={media_id}>
                <TextInput
                  label={<bdi>{t('subtitles.language', { name })}</bdi>}
                  description={languageName(language) ?? t('subtitles.hint')}
                  error={gone ?? wrong(about.filter(({ file }) => file === media_id))}
                  value={language}
                  list={languages}
                  maxLength={35}
                  autoCapitalize="off"
                  autoComplete="off"
                  spellCheck={false}
                  onChange={({ currentTarget }) => {
                    const next = currentTarget.value.trim();
                    onChange(
                      subtitles.map((one) =>
                        one.media_id === media_id ? { media_id, language: next } : one,
                      ),
                    );
                  }}
                  rightSection={
                    <ActionIcon
                      variant="subtle"
                      color="gray"
                      aria-label={t('subtitles.remove', { name })}
                      onClick={() => onChange(subtitles.filter((one) => one.media_id !== media_id))}
                    >
                      <IconX size={18} stroke={1.8} aria-hidden />
                    </ActionIcon>
                  }
                />
              </li>
            );
          })}
        </ul>
      )}
      <datalist id={languages}>
        {LANGUAGES.map((tag) => (
          <option key={tag} value={tag}>
            {languageName(tag)}
          </option>
        ))}
      </datalist>
      <Button
        variant="default"
        size="compact-md"
        leftSection={<IconBadgeCc size={18} stroke={1.6} />}
        onClick={() => setPicking(true)}
      >
        {t('subtitles.add')}
      </Button>
      {picking && (
        <Suspense>
          <MediaPicker
            opened
            subtitles
            attached={ids}
            onPick={(picked) => {
              setPicking(false);
              onChange(
                picked.map(
                  (media_id) =>
                    subtitles.find((one) => one.media_id === media_id) ?? {
                      media_id,
                      language: languageInName(nameOf(media_id)) ?? '',
                    },
                ),
              );
            }}
            onClose={() => setPicking(false)}
          />
        </Suspense>
      )}
    </FileField>
  );
}
