import { VisuallyHidden } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { Link, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useCan, useOrg } from '@/api/me';
import type { Post } from '@/api/types';
import back from '@/ui/BackLink.module.css';
import { ErrorState } from '@/ui/ErrorState';
import { PageHeader } from '@/ui/PageHeader';
import { PostActions } from './PostActions';
import { PostBody } from './PostBody';
import { Destinations, History, When } from './PostFacts';
import classes from './PostPage.module.css';
import { PostSkeleton } from './PostSkeleton';
import { pollAfter } from './polling';
import { Receipt } from './Receipt';
import receipts from './Receipt.module.css';
import { useNews, usePost } from './usePost';
import { usePostActions } from './usePostActions';

/** One post: what was written, and what became of it on each network. */
export default function PostPage() {
  const { t } = useTranslation('posts');
  const { postId = '' } = useParams({ strict: false });
  const query = usePost(postId);
  const news = useNews(query.data);
  return (
    <div className={classes.page}>
      <Link to="/posts" className={back.back}>
        <IconArrowLeft size={16} stroke={1.8} aria-hidden /> {t('post.back')}
      </Link>
      {query.isPending && <PostSkeleton />}
      {!query.data && query.isError && (
        <>
          <PageHeader title={t('title')} />
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        </>
      )}
      {query.data && <Loaded post={query.data} stale={query.isError} />}
      <VisuallyHidden role="status" aria-live="polite">
        {news}
      </VisuallyHidden>
    </div>
  );
}

function Loaded({ post, stale }: { post: Post; stale: boolean }) {
  const { t } = useTranslation('posts');
  const { zone } = useOrg();
  const canDecide = useCan('posts.publish');
  const accounts = api.useQuery('get', '/api/accounts').data?.items ?? [];
  const actions = usePostActions(post);
  const overdue = post.status === 'publishing' && post.deliveries.some((delivery) => delivery.overdue);
  const watching = pollAfter(post, Date.now()) !== false;
  return (
    <>
      <PageHeader
        title={t(`post.heading.${overdue ? 'overdue' : post.status}`)}
        actions={<PostActions post={post} accounts={accounts} actions={actions} />}
      />
      {stale && <p className={classes.stale}>{t('post.stale')}</p>}
      <div className={classes.columns}>
        <PostBody post={post} accounts={accounts} />
        <div className={classes.side}>
          <When post={post} zone={zone} />
          <section aria-labelledby="receipts">
            <h2 id="receipts" className={classes.title}>
              {t(post.deliveries.length > 0 ? 'receipts.titleOut' : 'receipts.title')}
              {watching && <span className={classes.live}>{t('post.live')}</span>}
            </h2>
            {post.targets.length === 0 && <p className={classes.quiet}>{t('receipts.none')}</p>}
            <ul className={receipts.list}>
              {post.deliveries.map((delivery) => (
                <Receipt
                  key={delivery.account_id}
                  postId={post.id}
                  delivery={delivery}
                  account={accounts.find(({ id }) => id === delivery.account_id)}
                  zone={zone}
                  canDecide={canDecide}
                  busy={actions.busyAt(delivery.account_id)}
                  onRetry={() => void actions.retry(delivery.account_id)}
                  onTakeDown={() => void actions.takeDown(delivery.account_id)}
                  onConfirm={(url) => actions.confirm(delivery.account_id, url)}
                />
              ))}
            </ul>
            {post.deliveries.length === 0 && <Destinations post={post} accounts={accounts} />}
          </section>
          <History post={post} zone={zone} />
        </div>
      </div>
    </>
  );
}
