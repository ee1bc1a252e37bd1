import { Button, Group, Skeleton } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asProblem } from '@/api/problem';
import type { Delivery, PostInsights } from '@/api/types';
import { TimeText } from '@/ui/TimeText';
import classes from './Figures.module.css';
import ledger from './Ledger.module.css';

/** In the order in which they are read. */
const NAMES = ['views', 'reach', 'likes', 'comments', 'shares', 'saves', 'clicks'] as const;

const number = new Intl.NumberFormat('en-GB');

interface Props {
  postId: string;
  delivery: Delivery;
  zone: string;
}

/** How a post does at its network, which is asked when somebody opens this and not before. */
export function Figures({ postId, delivery, zone }: Props) {
  const { t } = useTranslation('posts');
  const [open, setOpen] = useState(false);
  const params = { path: { id: delivery.account_id, post_id: postId } };
  const query = api.useQuery(
    'get',
    '/api/accounts/{id}/posts/{post_id}/insights',
    { params },
    { enabled: open, staleTime: 60_000, retry: false },
  );
  const network = t(`platform.${delivery.platform}`, { ns: 'common' });
  return (
    <details className={ledger.ledger} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('figures.title')}</summary>
      {open && (
        <div className={classes.content} aria-busy={query.isFetching}>
          {query.isPending && <Waiting label={t('figures.loading', { network })} />}
          {query.isError && (
            <>
              <p role="alert" className={classes.problem}>
                {asProblem(query.error).detail || t('figures.offline', { network })}
              </p>
              <Group>
                <Button
                  size="compact-xs"
                  variant="default"
                  loading={query.isFetching}
                  onClick={() => void query.refetch()}
                >
                  {t('action.retry', { ns: 'common' })}
                </Button>
              </Group>
            </>
          )}
          {query.data && !query.isError && (
            <>
              <Told insights={query.data} network={network} />
              <Group gap={4}>
                <span className={classes.asOf}>
                  {t('figures.asOf')} <TimeText at={query.data.as_of} zone={zone} />
                </span>
                <Button
                  size="compact-xs"
                  variant="subtle"
                  color="gray"
                  loading={query.isFetching}
                  onClick={() => void query.refetch()}
                >
                  {t('figures.again')}
                </Button>
              </Group>
            </>
          )}
        </div>
      )}
    </details>
  );
}

/** As high as two rows of figures. */
function Waiting({ label }: { label: string }) {
  return (
    <div role="status" aria-label={label}>
      <Skeleton height={52} radius="sm" />
    </div>
  );
}

function Told({ insights, network }: { insights: PostInsights; network: string }) {
  const { t } = useTranslation('posts');
  const told = NAMES.flatMap((name) => {
    const figure = insights.figures[name];
    return typeof figure === 'number' ? [{ name, figure }] : [];
  });
  if (told.length === 0) return <p>{t('figures.none', { network })}</p>;
  return (
    <dl className={classes.grid}>
      {told.map(({ name, figure }) => (
        <div key={name}>
          <dt>{t(`figures.${name}`)}</dt>
          <dd>{number.format(figure)}</dd>
        </div>
      ))}
    </dl>
  );
}
