import { Skeleton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './Skeletons.module.css';

/** Stands in for a list: `rows` lines of the height its rows will have, in pixels. */
export function RowsSkeleton({ rows = 5, height = 64 }: { rows?: number; height?: number }) {
  const { t } = useTranslation();
  return (
    <div className={classes.rows} role="status" aria-label={t('loading')}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike and never move
        <div key={row} className={classes.row} style={{ height }}>
          <Skeleton circle height={32} />
          <div className={classes.lines}>
            <Skeleton height={12} width={`${42 - (row % 3) * 7}%`} />
            <Skeleton height={10} width={`${28 - (row % 2) * 6}%`} mt={8} />
          </div>
        </div>
      ))}
    </div>
  );
}

/** Stands in for a form: `fields` labels with their inputs. */
export function FormSkeleton({ fields = 4 }: { fields?: number }) {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t('loading')}>
      {Array.from({ length: fields }, (_, field) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the fields are all alike and never move
        <div key={field} style={{ marginBottom: 24 }}>
          <Skeleton height={12} width={110} mb={8} />
          <Skeleton height={36} />
        </div>
      ))}
    </div>
  );
}

/** Stands in for a grid of cards of one height, in pixels. */
export function CardsSkeleton({
  cards = 6,
  height = 200,
  min = 200,
}: {
  cards?: number;
  height?: number;
  min?: number;
}) {
  const { t } = useTranslation();
  return (
    <div
      role="status"
      aria-label={t('loading')}
      style={{
        display: 'grid',
        gap: 16,
        gridTemplateColumns: `repeat(auto-fill, minmax(min(${min}px, 100%), 1fr))`,
      }}
    >
      {Array.from({ length: cards }, (_, card) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the cards are all alike and never move
        <Skeleton key={card} height={height} />
      ))}
    </div>
  );
}
