import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useOrg } from '@/api/me';
import { MediaThumb } from '@/parts/MediaThumb';
import { formatTime } from '@/ui/time';
import classes from './Preview.module.css';
import { RichText } from './RichText';
import type { Previewed } from './types';

/** A post as the organization's own public page shows it, in its colour. */
export function PagePreview({ account, text, fitting, files, at }: Previewed) {
  const { t } = useTranslation('composer');
  const { id, zone } = useOrg();
  const org = api.useQuery('get', '/api/orgs/{id}', { params: { path: { id } } }, { staleTime: 300_000 });
  const accent = org.data?.accent ?? '#23406e';
  return (
    <div
      className={`${classes.post} ${classes.page}`}
      // In the dark a colour chosen for paper is lifted until it can be read.
      style={{
        ['--page-accent' as string]: `light-dark(${accent}, color-mix(in oklab, ${accent}, white 55%))`,
      }}
    >
      <div className={classes.masthead} dir="auto">
        {org.data?.name ?? account.name}
      </div>
      <div className={classes.article}>
        <p className={classes.stamp}>{at ? formatTime(at, zone) : t('preview.just')}</p>
        <RichText platform="page" text={text} fitting={fitting} />
        {files.length > 0 && (
          <div className={classes.gallery}>
            {files.map((file) => (
              <MediaThumb
                key={file.id}
                file={file}
                alt={file.alt || file.name}
                ratio={file.width && file.height ? `${file.width} / ${file.height}` : '3 / 2'}
              />
            ))}
          </div>
        )}
      </div>
    </div>
  );
}
