import { Anchor } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { contrastWithWhite } from './contrast';
import classes from './SettingsPage.module.css';

interface Props {
  name: string;
  about: string;
  accent: string;
  slug: string;
}

/** How the head of the public page will look, and the way to the page itself. */
export function PagePreview({ name, about, accent, slug }: Props) {
  const { t } = useTranslation('settings');
  const valid = /^#[0-9a-f]{6}$/i.test(accent);
  return (
    <aside className={classes.preview} aria-labelledby="preview-title">
      <h2 id="preview-title" className={classes.previewTitle}>
        {t('preview.title')}
      </h2>
      <div className={classes.sheet}>
        <div className={classes.stripe} style={{ background: valid ? accent : undefined }} />
        <p className={classes.sheetName}>{name || ' '}</p>
        <p className={classes.sheetAbout}>{about}</p>
      </div>
      {valid && contrastWithWhite(accent) < 4.5 && <p className={classes.hint}>{t('preview.pale')}</p>}
      <Anchor href={`/p/${slug}`} target="_blank" rel="noopener" className={classes.link}>
        {location.host}/p/{slug}
        <IconExternalLink size={15} stroke={1.8} aria-label={t('preview.newTab')} />
      </Anchor>
    </aside>
  );
}
