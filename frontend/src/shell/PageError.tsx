import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { ErrorState } from '@/ui/ErrorState';

/** What a page shows when its data or code failed; trying again runs the loader again. */
export function PageError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return (
    <div style={{ padding: 16 }}>
      <ErrorState error={error} onRetry={retry} />
    </div>
  );
}
