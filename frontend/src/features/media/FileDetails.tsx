import { Alert, Anchor, Button, Drawer, Skeleton } from '@mantine/core';
import { IconExternalLink, IconTrash } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useCan, useOrg } from '@/api/me';
import { asProblem } from '@/api/problem';
import type { MediaFile } from '@/api/types';
import { AltTextField } from '@/parts/AltTextField';
import { formatBytes, formatDuration, isSubtitles } from '@/parts/files';
import { MediaThumb } from '@/parts/MediaThumb';
import { fileQuery } from '@/parts/useFiles';
import { notifyDone } from '@/shell/notify';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import { ErrorState } from '@/ui/ErrorState';
import { TimeText } from '@/ui/TimeText';
import classes from './FileDetails.module.css';

interface Props {
  id: string;
  onClose: () => void;
}

/** Everything about one file, beside the grid. */
export function FileDetails({ id, onClose }: Props) {
  const { t } = useTranslation('media');
  const { data: file, error, refetch } = useQuery(fileQuery(id));
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="md"
      title={
        <span className={classes.title} dir="auto">
          {file?.name ?? t('details.title')}
        </span>
      }
      closeButtonProps={{ 'aria-label': t('details.close') }}
    >
      {file ? (
        <Details file={file} onDeleted={onClose} />
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton height={240} />
      )}
    </Drawer>
  );
}

function Details({ file, onDeleted }: { file: MediaFile; onDeleted: () => void }) {
  const { t } = useTranslation('media');
  const mayWrite = useCan('media.write');
  return (
    <>
      <Preview file={file} />
      {isSubtitles(file.type) ? (
        <p className={classes.alt}>{t('details.subtitles')}</p>
      ) : mayWrite ? (
        <AltTextField file={file} />
      ) : (
        <p className={classes.alt} dir="auto">
          {file.alt || t('noAlt')}
        </p>
      )}
      <Facts file={file} />
      {mayWrite && <Deletion file={file} onDeleted={onDeleted} />}
    </>
  );
}

function Preview({ file }: { file: MediaFile }) {
  const { t } = useTranslation('media');
  const ratio = file.width && file.height ? Math.max(0.75, Math.min(3, file.width / file.height)) : 1.5;
  return (
    <div className={classes.preview}>
      {file.type.startsWith('video/') && file.url ? (
        // biome-ignore lint/a11y/useMediaCaption: uploaded files come without captions; the description stands beside
        <video
          className={classes.video}
          src={file.url}
          poster={file.thumb_url ?? undefined}
          controls
          preload="metadata"
          aria-label={file.alt || file.name}
        />
      ) : (
        <MediaThumb file={file} large alt={file.alt || file.name} ratio={String(ratio)} />
      )}
      {file.url && (
        <Anchor
          href={file.url}
          target="_blank"
          rel="noopener noreferrer"
          size="sm"
          mt={8}
          display="inline-block"
        >
          {t('details.original')} <IconExternalLink size={13} stroke={1.8} aria-hidden />
        </Anchor>
      )}
    </div>
  );
}

function Facts({ file }: { file: MediaFile }) {
  const { t } = useTranslation('media');
  const { zone } = useOrg();
  return (
    <dl className={classes.facts}>
      <dt>{t('details.type')}</dt>
      <dd>{file.type.split('/')[1]?.replace('x-subrip', 'srt').toUpperCase()}</dd>
      <dt>{t('details.size')}</dt>
      <dd>{formatBytes(file.size)}</dd>
      {file.width && file.height && (
        <>
          <dt>{t('details.dimensions')}</dt>
          <dd>
            {file.width} × {file.height}
          </dd>
        </>
      )}
      {file.duration_ms && (
        <>
          <dt>{t('details.length')}</dt>
          <dd>{formatDuration(file.duration_ms)}</dd>
        </>
      )}
      <dt>{t('details.uploaded')}</dt>
      <dd>
        <TimeText at={file.created_at} zone={zone} />
      </dd>
    </dl>
  );
}

function Deletion({ file, onDeleted }: { file: MediaFile; onDeleted: () => void }) {
  const { t } = useTranslation('media');
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const remove = api.useMutation('delete', '/api/media/{id}', {
    meta: { handlesError: true },
    onSuccess: async () => {
      notifyDone(t('details.deleted', { name: file.name }));
      onDeleted();
      await queries.invalidateQueries({ queryKey: ['get', '/api/media'] });
    },
    onSettled: () => setAsking(false),
  });
  const problem = remove.error && asProblem(remove.error);
  return (
    <div className={classes.deletion}>
      {problem && (
        <Alert
          color="amber"
          title={problem.slug === 'in-use' ? t('details.inUse') : problem.title}
          mb="sm"
          role="alert"
        >
          {problem.detail}
        </Alert>
      )}
      <Button
        variant="subtle"
        color="brick"
        leftSection={<IconTrash size={18} stroke={1.6} />}
        onClick={() => setAsking(true)}
      >
        {t('details.delete')}
      </Button>
      <ConfirmDialog
        opened={asking}
        title={t('details.deleteTitle', { name: file.name })}
        confirmLabel={t('details.deleteConfirm')}
        danger
        busy={remove.isPending}
        onConfirm={() => remove.mutate({ params: { path: { id: file.id } } })}
        onClose={() => setAsking(false)}
      >
        {t('details.deleteText')}
      </ConfirmDialog>
    </div>
  );
}
