import { Button } from '@mantine/core';
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { signOut } from '@/api/session';
import { ErrorState } from '@/ui/ErrorState';
import { ProductMark } from '@/ui/Mark';
import classes from './PageError.module.css';

/** Trying again runs the failed page's loader again. */
function useRetry({ reset }: ErrorComponentProps): () => void {
  const router = useRouter();
  return () => {
    reset();
    void router.invalidate();
  };
}

/** What a page inside the frame shows when its data or code failed. */
export function PageError(props: ErrorComponentProps) {
  const retry = useRetry(props);
  return <ErrorState error={props.error} onRetry={retry} />;
}

/** What is shown when not even the frame could be: who is signed in cannot be told, so sign-out must work. */
export function FrameError(props: ErrorComponentProps) {
  const { t } = useTranslation();
  const retry = useRetry(props);
  return (
    <main className={classes.page}>
      <ProductMark size={40} />
      <ErrorState error={props.error} onRetry={retry} order={1} />
      <Button variant="subtle" color="gray" onClick={() => void signOut()}>
        {t('user.signOut')}
      </Button>
    </main>
  );
}
