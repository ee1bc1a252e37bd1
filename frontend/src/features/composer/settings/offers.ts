import type { useOffers } from '@/api/networks';

/** What an account's network offers, still coming, there or not to be had. */
export type OffersQuery = Pick<
  ReturnType<typeof useOffers>,
  'data' | 'isPending' | 'error' | 'isFetching'
> & {
  refetch: () => unknown;
};
