import type { Account } from '@/api/types';
import { columnsOf, isNeeded, networksOf } from './columns';

/** For file inputs: systems disagree about the type of CSV, so the endings count. */
export const ACCEPT = {
  'text/csv': ['.csv'],
  'text/tab-separated-values': ['.tsv'],
  'text/plain': ['.txt', '.csv', '.tsv'],
};

/** The API takes a mebibyte, in which line breaks and quotation marks take two bytes. */
const MOST_BYTES = 1_000_000;

/** Why a file cannot be read as a sheet. */
export type Unreadable = 'workbook' | 'encoding' | 'large' | 'empty' | 'gone';

/** Whether a sheet is more than one request can carry. */
export function isTooLarge(csv: string): boolean {
  return new TextEncoder().encode(JSON.stringify(csv)).length > MOST_BYTES;
}

const starts = (bytes: Uint8Array, ...with_: number[]) => with_.every((byte, index) => bytes[index] === byte);

/** The text of a file: UTF-8, or UTF-16 that says so, as Excel writes “Unicode text”. */
export async function readSheet(file: Blob): Promise<{ csv: string } | { unreadable: Unreadable }> {
  if (file.size > 2 * MOST_BYTES) return { unreadable: 'large' };
  const read = await file.arrayBuffer().catch(() => null);
  // Deleted, moved or locked since it was chosen.
  if (!read) return { unreadable: 'gone' };
  const bytes = new Uint8Array(read);
  // Workbooks of today are ZIP archives, those of before have a signature of their own.
  if (starts(bytes, 0x50, 0x4b, 3, 4) || starts(bytes, 0xd0, 0xcf, 0x11, 0xe0)) {
    return { unreadable: 'workbook' };
  }
  const encoding = starts(bytes, 0xff, 0xfe) ? 'utf-16le' : starts(bytes, 0xfe, 0xff) ? 'utf-16be' : 'utf-8';
  try {
    const csv = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    if (csv.includes('\0')) return { unreadable: 'encoding' };
    if (csv.trim() === '') return { unreadable: 'empty' };
    return isTooLarge(csv) ? { unreadable: 'large' } : { csv };
  } catch {
    return { unreadable: 'encoding' };
  }
}

/** The day so many days after `from`, as sheets write it best: `2026-12-31`. */
const formatDay = (from: Date, days: number) =>
  new Date(from.getTime() + days * 86_400_000).toISOString().slice(0, 10);

const quoted = (cell: string) => (/[",;\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** How a sheet names an account: with its network, and by its id where two have the same. */
export function spelled({ id, platform, handle }: Account, others: Account[]): string {
  const name = `${platform}:${handle}`;
  const same = others.filter((other) => other.platform === platform && other.handle === handle);
  return handle === '' || same.length > 1 ? id : name;
}

/** A sheet to begin with: two posts for the first accounts, and a draft. What connected networks need has a column. */
export function template(accounts: Account[], today: Date): string {
  const to = accounts.slice(0, 2).map((account) => spelled(account, accounts));
  const needed = networksOf(accounts).flatMap((platform) => columnsOf(platform).filter(isNeeded));
  const rows = [
    ['text', 'date', 'time', 'accounts', 'media', 'alt', 'first comment'],
    ['Good news, with a link https://example.com', formatDay(today, 7), '09:00', to.join('; '), '', '', ''],
    ['A longer one.\nLine breaks are fine.', formatDay(today, 8), '17:30', to[0] ?? '', '', '', 'More below'],
    ['No time yet: this becomes a draft.', '', '', '', '', '', ''],
  ].map((cells, row) => [...cells, ...needed.map(({ name }) => (row === 0 ? name : ''))]);
  // The mark at the beginning tells spreadsheets that it is UTF-8.
  return `\ufeff${rows.map((cells) => cells.map(quoted).join(',')).join('\r\n')}\r\n`;
}
