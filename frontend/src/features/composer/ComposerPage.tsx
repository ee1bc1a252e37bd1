import { Button } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { Link, useLocation, useParams, useSearch } from '@tanstack/react-router';
import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useCan, useOrg } from '@/api/me';
import type { Account, Post } from '@/api/types';
import { inOrder } from '@/parts/AccountPicker';
import { EmptyState } from '@/ui/EmptyState';
import { ErrorState } from '@/ui/ErrorState';
import { PageHeader } from '@/ui/PageHeader';
import { Composer } from './Composer';
import { ComposerSkeleton } from './ComposerSkeleton';
import { ConnectFirst } from './ConnectFirst';
import { blank, fromPost } from './composition';
import type { Handover } from './handover';
import { Locked } from './Locked';
import { judge, quickPicks, type When } from './when';

/** Writes a new post, or goes on with one. */
export default function ComposerPage(): ReactNode {
  const { t } = useTranslation('composer');
  const { postId } = useParams({ strict: false });
  const mayWrite = useCan('posts.write');
  if (!mayWrite) {
    return (
      <>
        <PageHeader title={t('title')} />
        <EmptyState
          icon={<IconLock size={24} stroke={1.6} />}
          title={t('viewer.title')}
          action={
            <Button component={Link} to="/calendar" variant="default">
              {t('action.goCalendar', { ns: 'common' })}
            </Button>
          }
        >
          {t('viewer.text')}
        </EmptyState>
      </>
    );
  }
  return postId ? <EditPost key={postId} id={postId} /> : <NewPost />;
}

function useAccounts() {
  const query = api.useQuery('get', '/api/accounts');
  const accounts = useMemo(() => inOrder(query.data?.items ?? []), [query.data]);
  return { ...query, accounts };
}

/** The next time nobody has to think about. */
function firstPick(zone: string): When {
  const now = new Date();
  const picks = quickPicks(now, zone);
  return (picks.find(({ name }) => name === 'tomorrow') ?? picks[0])?.when ?? { local: '', zone };
}

/** A day of the calendar at nine, or at a quarter of an hour from now when that is past; a time as it is. */
function onDay(on: string | undefined, zone: string): When | null {
  if (!on) return null;
  const when = { local: on.includes('T') ? on : `${on}T09:00`, zone };
  const verdict = judge(when, new Date());
  if (on.includes('T') || verdict.state !== 'past') return when;
  const [soon] = verdict.choices;
  return soon?.local.startsWith(on) ? { local: soon.local, zone } : when;
}

function NewPost() {
  const { zone } = useOrg();
  const { on } = useSearch({ strict: false });
  const { accounts, isPending, error, refetch } = useAccounts();
  const [when] = useState(() => onDay(on, zone) ?? firstPick(zone));
  if (isPending) return <ComposerSkeleton />;
  if (error && accounts.length === 0) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (accounts.length === 0) return <ConnectFirst />;
  const first = accounts.filter(({ status }) => status === 'healthy').slice(0, 1);
  return (
    <Composer
      start={{ post: null, accounts, composition: blank(first.map(({ id }) => id)), when }}
      given={on ? when : null}
    />
  );
}

/** What cannot be changed any more is shown, not edited. */
function isOpen(post: Post): boolean {
  return ['draft', 'scheduled', 'failed', 'missed'].includes(post.status);
}

function EditPost({ id }: { id: string }) {
  const { zone } = useOrg();
  const { accounts, isPending, error, refetch } = useAccounts();
  const post = api.useQuery('get', '/api/posts/{id}', { params: { path: { id } } });
  const handover = useLocation({ select: ({ state }) => state.handover });
  if (post.isPending || isPending) return <ComposerSkeleton />;
  if (!post.data) return <ErrorState error={post.error} onRetry={() => void post.refetch()} />;
  if (error && accounts.length === 0) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return <EditLoaded key={id} loaded={post.data} accounts={accounts} zone={zone} handover={handover} />;
}

interface Loaded {
  loaded: Post;
  accounts: Account[];
  zone: string;
  handover: Handover | undefined;
}

/** Starts from what was loaded first: what comes later by itself must not replace what is being written. */
function EditLoaded({ loaded, accounts, zone, handover }: Loaded) {
  const [post] = useState(loaded);
  const mayPublish = useCan('posts.publish');
  const [when] = useState<When>(() => {
    if (handover) return handover.when;
    const schedule = post.status === 'scheduled' ? post.schedule : null;
    return schedule ? { local: schedule.local.slice(0, 16), zone: schedule.zone } : firstPick(zone);
  });
  if (!isOpen(post)) return <Locked post={post} reason="sent" />;
  if (!mayPublish && post.status !== 'draft') return <Locked post={post} reason="role" />;
  return (
    <Composer
      start={{ post, accounts, composition: fromPost(post), when }}
      given={handover?.when ?? null}
      problem={handover?.problem ?? null}
    />
  );
}
