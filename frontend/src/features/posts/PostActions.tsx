import { ActionIcon, Button, Menu } from '@mantine/core';
import {
  IconCalendarTime,
  IconCopy,
  IconDots,
  IconPencil,
  IconSend,
  IconTrash,
  IconX,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCan, useOrg } from '@/api/me';
import type { Account, Platform, Post, PostStatus } from '@/api/types';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import { localTime } from '@/ui/zoned';
import type { usePostActions } from './usePostActions';

const WhenDialog = lazy(() =>
  import('@/parts/schedule/WhenDialog').then((module) => ({ default: module.WhenDialog })),
);

interface Props {
  post: Post;
  accounts: Account[];
  actions: ReturnType<typeof usePostActions>;
}

/** What each status still allows; the server decides, this offers nothing it would refuse. */
const ALLOWED: Record<PostStatus, readonly ('edit' | 'time' | 'publish' | 'unschedule' | 'delete')[]> = {
  draft: ['edit', 'time', 'publish', 'delete'],
  scheduled: ['edit', 'time', 'publish', 'unschedule', 'delete'],
  publishing: [],
  published: ['delete'],
  partial: ['delete'],
  missed: ['time', 'publish', 'edit', 'delete'],
  failed: ['edit', 'time', 'publish', 'delete'],
  attention: ['delete'],
};

const HOUR = 3_600_000;
const icon = { size: 18, stroke: 1.6, 'aria-hidden': true } as const;

/** The buttons of a post: the likely ones side by side, the rest in a menu. */
export function PostActions({ post, accounts, actions }: Props) {
  const { t } = useTranslation('posts');
  const { zone: orgZone } = useOrg();
  const canWrite = useCan('posts.write');
  const canPublish = useCan('posts.publish');
  const [dialog, setDialog] = useState<'time' | 'publish' | 'delete' | null>(null);
  const may = (what: (typeof ALLOWED)[PostStatus][number]) => ALLOWED[post.status].includes(what);
  const close = () => setDialog(null);
  const zone = post.schedule?.zone ?? orgZone;
  // What failed everywhere starts anew, like a draft.
  const unplanned = post.status === 'draft' || post.status === 'failed';

  if (!canWrite) return null;
  return (
    <>
      {may('edit') && (
        <Button
          variant="default"
          leftSection={<IconPencil {...icon} />}
          renderRoot={(props) => <Link {...props} to="/posts/$postId/edit" params={{ postId: post.id }} />}
        >
          {t('action.edit')}
        </Button>
      )}
      {canPublish && may('time') && (
        <Button
          variant={post.status === 'draft' ? 'filled' : 'default'}
          leftSection={<IconCalendarTime {...icon} />}
          onClick={() => setDialog('time')}
        >
          {unplanned ? t('action.schedule') : t('action.move')}
        </Button>
      )}
      <Menu position="bottom-end" withinPortal={false}>
        <Menu.Target>
          <ActionIcon
            variant="default"
            size={36}
            aria-label={t('action.more')}
            loading={actions.busy !== null && !actions.busy.includes(' ')}
          >
            <IconDots {...icon} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {canPublish && may('publish') && (
            <Menu.Item leftSection={<IconSend {...icon} />} onClick={() => setDialog('publish')}>
              {t('action.publish')}
            </Menu.Item>
          )}
          {canPublish && may('unschedule') && (
            <Menu.Item leftSection={<IconX {...icon} />} onClick={actions.unschedule}>
              {t('action.unschedule')}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconCopy {...icon} />} onClick={actions.duplicate}>
            {t('action.duplicate')}
          </Menu.Item>
          {may('delete') && (
            <Menu.Item
              color="brick"
              leftSection={<IconTrash {...icon} />}
              onClick={() => setDialog('delete')}
            >
              {t('action.delete')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <Suspense>
        {dialog === 'time' && (
          <WhenDialog
            purpose={unplanned ? 'schedule' : 'move'}
            local={
              (!unplanned && post.schedule?.local) || `${localTime(Date.now() + HOUR, zone).slice(0, 14)}00`
            }
            zone={zone}
            onSubmit={actions.schedule}
            onClose={close}
          />
        )}
      </Suspense>
      <ConfirmPublish
        opened={dialog === 'publish'}
        post={post}
        accounts={accounts}
        onClose={close}
        onConfirm={actions.publish}
      />
      <ConfirmDelete opened={dialog === 'delete'} post={post} onClose={close} onConfirm={actions.remove} />
    </>
  );
}

interface Confirm {
  opened: boolean;
  post: Post;
  onClose: () => void;
  onConfirm: () => void;
}

function ConfirmPublish({ opened, post, accounts, onClose, onConfirm }: Confirm & { accounts: Account[] }) {
  const { t } = useTranslation('posts');
  const names = post.targets.map(({ account_id, platform }) => {
    const handle = accounts.find(({ id }) => id === account_id)?.handle;
    return [t(`platform.${platform}`, { ns: 'common' }), handle].filter(Boolean).join(' ');
  });
  return (
    <ConfirmDialog
      opened={opened}
      title={t('confirm.publish.title')}
      confirmLabel={t('confirm.publish.do')}
      onClose={onClose}
      onConfirm={() => {
        onClose();
        onConfirm();
      }}
    >
      {t('confirm.publish.text', { accounts: names.join(', ') })}
    </ConfirmDialog>
  );
}

function ConfirmDelete({ opened, post, onClose, onConfirm }: Confirm) {
  const { t } = useTranslation('posts');
  const out = post.deliveries.filter(
    ({ state, taken_down }) => taken_down === null && (state === 'published' || state === 'unknown'),
  );
  const platforms = [...new Set(out.map(({ platform }) => platform))];
  const names = (of: Platform[]) =>
    of.map((platform) => t(`platform.${platform}`, { ns: 'common' })).join(', ');
  const elsewhere = platforms.filter((platform) => platform !== 'page');
  return (
    <ConfirmDialog
      opened={opened}
      danger
      title={t('confirm.delete.title')}
      confirmLabel={t('confirm.delete.do')}
      onClose={onClose}
      onConfirm={() => {
        onClose();
        onConfirm();
      }}
    >
      {platforms.length > 0
        ? t('confirm.delete.published', { networks: names(platforms) })
        : t(post.status === 'scheduled' ? 'confirm.delete.scheduled' : 'confirm.delete.draft')}
      {elsewhere.length > 0 && ` ${t('confirm.delete.elsewhere', { networks: names(elsewhere) })}`}
    </ConfirmDialog>
  );
}
