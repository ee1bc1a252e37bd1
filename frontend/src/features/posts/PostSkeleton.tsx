import { Skeleton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './PostPage.module.css';

/** A post's outline: title, text and receipts where they will be. */
export function PostSkeleton() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t('loading')}>
      <Skeleton height={32} width={220} mb={32} />
      <div className={classes.columns}>
        <Skeleton height={320} radius="lg" />
        <div className={classes.side}>
          <Skeleton height={92} />
          <Skeleton height={150} />
          <Skeleton height={150} />
        </div>
      </div>
    </div>
  );
}
