import { Skeleton } from '@mantine/core';

/** A page's outline while its code is on the way. */
export function PagePending() {
  return (
    <div aria-busy="true">
      <Skeleton height={32} width={220} mb={32} />
      <Skeleton height={320} />
    </div>
  );
}
