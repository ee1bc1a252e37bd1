import { Skeleton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './Composer.module.css';

/** Stands in for the composer until accounts and post are there. */
export function ComposerSkeleton() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t('loading')}>
      <Skeleton height={32} width={160} mb={32} />
      <div className={classes.columns}>
        <div>
          <Skeleton height={60} mb={24} />
          <Skeleton height={320} mb={24} />
          <Skeleton height={140} />
        </div>
        <Skeleton height={360} className={classes.aside} />
      </div>
    </div>
  );
}
