import { Button, Group } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, idempotencyKey } from '@/api/client';
import type { Post } from '@/api/types';
import { EmptyState } from '@/ui/EmptyState';
import { PageHeader } from '@/ui/PageHeader';

/** A post that can no longer be changed, or not by this person: why, and what can be done instead. */
export function Locked({ post, reason }: { post: Post; reason: 'sent' | 'role' }) {
  const { t } = useTranslation('composer');
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [key] = useState(idempotencyKey);
  const duplicate = api.useMutation('post', '/api/posts/{id}/duplicate', {
    onSuccess: async (copy) => {
      void queries.invalidateQueries({ queryKey: ['get', '/api/posts'] });
      await navigate({ to: '/posts/$postId/edit', params: { postId: copy.id } });
    },
  });
  return (
    <>
      <PageHeader title={t('editTitle')} />
      <EmptyState
        icon={<IconLock size={24} stroke={1.6} />}
        title={t(`locked.${reason}.title`)}
        action={
          <Group gap="xs" justify="center">
            <Button
              renderRoot={(props) => <Link {...props} to="/posts/$postId" params={{ postId: post.id }} />}
            >
              {t('locked.open')}
            </Button>
            <Button
              variant="default"
              loading={duplicate.isPending}
              onClick={() =>
                duplicate.mutate({ params: { path: { id: post.id }, header: { 'Idempotency-Key': key } } })
              }
            >
              {t('locked.duplicate')}
            </Button>
          </Group>
        }
      >
        {t(`locked.${reason}.text`)}
      </EmptyState>
    </>
  );
}
