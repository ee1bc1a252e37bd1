import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './LoadingLine.module.css';

interface Props {
  count: number;
  loadingMore: boolean;
  /** Loading stopped before the end. */
  partial: boolean;
  /** What is shown could not be refreshed. */
  stale: boolean;
  onRetry: () => void;
}

/** One line of fixed height under the grid: how far loading is, or where it stopped. */
export function LoadingLine({ count, loadingMore, partial, stale, onRetry }: Props) {
  const { t } = useTranslation('calendar');
  return (
    <div className={classes.line} role="status">
      {loadingMore && t('loading.more', { count })}
      {!loadingMore && (partial || stale) && (
        <>
          {partial ? t('loading.partial', { count }) : t('loading.stale')}
          <Button size="compact-sm" variant="default" onClick={onRetry}>
            {t('action.retry', { ns: 'common' })}
          </Button>
        </>
      )}
    </div>
  );
}
