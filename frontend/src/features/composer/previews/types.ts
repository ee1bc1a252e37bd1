import type { Account, MediaFile } from '@/api/types';

/** What one account would publish. */
export interface Previewed {
  account: Account;
  text: string;
  /** Where the text stops fitting. */
  fitting: number;
  files: MediaFile[];
  /** When it goes out; null for at once. */
  at: Date | null;
}
