import { ActionIcon, Button, Progress } from '@mantine/core';
import { IconAlertCircle, IconPhotoUp, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { formatBytes, maxSize } from './files';
import classes from './UploadList.module.css';
import type { UploadItem } from './uploads';
import type { Uploads } from './useUploads';

/** What is on its way: how far each file is, why one failed, and how to stop or repeat it. */
export function UploadList({ uploads: { items, queue } }: { uploads: Uploads }) {
  const { t } = useTranslation('media');
  if (items.length === 0) return null;
  return (
    <ul className={classes.list} aria-label={t('uploads.label')}>
      {items.map((item) => (
        <li key={item.key} className={classes.item}>
          {item.state === 'failed' ? (
            <IconAlertCircle size={22} stroke={1.6} color="var(--mantine-color-error)" aria-hidden />
          ) : (
            <IconPhotoUp size={22} stroke={1.6} aria-hidden />
          )}
          <div className={classes.words}>
            <p className={classes.name} dir="auto">
              {item.name}
            </p>
            <State item={item} />
          </div>
          {item.state === 'failed' && !isFinal(item) && (
            <Button
              size="compact-sm"
              variant="default"
              aria-label={t('uploads.retryLabel', { name: item.name })}
              onClick={() => queue.retry(item.key)}
            >
              {t('uploads.retry')}
            </Button>
          )}
          <ActionIcon
            aria-label={t(item.state === 'failed' ? 'uploads.dismiss' : 'uploads.cancel', {
              name: item.name,
            })}
            onClick={() => queue.cancel(item.key)}
          >
            <IconX size={18} stroke={1.6} />
          </ActionIcon>
        </li>
      ))}
    </ul>
  );
}

/** The same file would fail again. */
function isFinal({ failure }: UploadItem): boolean {
  return ['type', 'size', 'empty', 'content'].includes(failure?.reason ?? '');
}

function State({ item }: { item: UploadItem }) {
  const { t } = useTranslation('media');
  if (item.state === 'failed') {
    const { reason = 'other', detail = '' } = item.failure ?? {};
    const said = t(`uploads.failed.${reason}`, {
      size: formatBytes(item.size),
      max: formatBytes(maxSize(item.type)),
      type: item.type.split('/')[1]?.toUpperCase(),
    });
    return (
      <p className={classes.state} data-failed role="alert">
        {detail && reason !== 'type' && reason !== 'size' ? detail : said}
      </p>
    );
  }
  const percent = item.size ? Math.min(100, Math.round((item.sent / item.size) * 100)) : 0;
  return (
    <>
      <Progress
        className={classes.bar}
        size={4}
        value={item.state === 'checking' ? 100 : percent}
        animated={item.state === 'checking'}
        aria-label={t('uploads.progress', { name: item.name, percent })}
      />
      <p className={classes.state}>
        {t(`uploads.${item.state}`, { sent: formatBytes(item.sent), size: formatBytes(item.size) })}
      </p>
    </>
  );
}
