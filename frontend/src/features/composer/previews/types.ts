import type { Account, Format, MediaFile, Settings } from '@/api/types';

/** One part of what is published: the post itself, or what follows it in a thread. */
export interface PreviewedPart {
  text: string;
  /** Where the text stops fitting. */
  fitting: number;
  files: MediaFile[];
}

/** What one account would publish. */
export interface Previewed extends PreviewedPart {
  account: Account;
  /** When it goes out; null for at once. */
  at: Date | null;
  format: Format;
  settings: Settings;
  /** The picture on a link's card. */
  card?: MediaFile;
  /** The first comment; empty for none. */
  comment: string;
  /** What answers the part above it in a thread. */
  follows?: boolean;
}
