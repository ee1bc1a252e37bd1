import { describe, expect, it } from 'vitest';
import type { Account } from '@/api/types';
import { fieldOf } from './problems';
import { isTooLarge, readSheet, spelled, template } from './sheet';

const bytes = (...parts: (string | number[])[]) =>
  new Blob(parts.map((part) => (typeof part === 'string' ? part : new Uint8Array(part))));

describe('reading a file', () => {
  it('takes UTF-8, with or without its mark', async () => {
    expect(await readSheet(bytes('text\nGrüße 🎉'))).toEqual({ csv: 'text\nGrüße 🎉' });
    expect(await readSheet(bytes([0xef, 0xbb, 0xbf], 'text\nHello'))).toEqual({ csv: 'text\nHello' });
  });

  it('takes UTF-16 that says so, as Excel writes Unicode text', async () => {
    const little = [...'text\nGrüße'].flatMap((letter) => [
      letter.charCodeAt(0) & 0xff,
      letter.charCodeAt(0) >> 8,
    ]);
    expect(await readSheet(bytes([0xff, 0xfe], little))).toEqual({ csv: 'text\nGrüße' });
    const big = [...'text\nGrüße'].flatMap((letter) => [
      letter.charCodeAt(0) >> 8,
      letter.charCodeAt(0) & 0xff,
    ]);
    expect(await readSheet(bytes([0xfe, 0xff], big))).toEqual({ csv: 'text\nGrüße' });
  });

  it('says why another file cannot be read', async () => {
    const unreadable = async (file: Blob) => (await readSheet(file)) as { unreadable?: string };
    expect(await unreadable(bytes([0x50, 0x4b, 3, 4], 'xl/workbook.xml'))).toEqual({
      unreadable: 'workbook',
    });
    expect(await unreadable(bytes([0xd0, 0xcf, 0x11, 0xe0]))).toEqual({ unreadable: 'workbook' });
    expect(await unreadable(bytes('text\nGr', [0xfc, 0xdf], 'e'))).toEqual({ unreadable: 'encoding' });
    expect(await unreadable(bytes('text\0'))).toEqual({ unreadable: 'encoding' });
    expect(await unreadable(bytes(' \n'))).toEqual({ unreadable: 'empty' });
    expect(await unreadable(bytes(`text\n${'a\n'.repeat(400_000)}`))).toEqual({ unreadable: 'large' });
    expect(await unreadable(bytes('x'.repeat(3_000_000)))).toEqual({ unreadable: 'large' });
  });

  it('says so when the file is gone', async () => {
    const gone = Object.assign(bytes('text'), {
      arrayBuffer: () => Promise.reject(new Error('NotReadable')),
    });
    expect(await readSheet(gone)).toEqual({ unreadable: 'gone' });
  });

  it('counts what a sheet takes in a request', () => {
    expect(isTooLarge('x'.repeat(999_000))).toBe(false);
    expect(isTooLarge('\n'.repeat(600_000))).toBe(true);
  });
});

describe('the template', () => {
  const account = (id: string, handle: string) => ({ id, platform: 'x', handle, name: handle }) as Account;

  it('is a sheet for the accounts that are there', () => {
    const csv = template(
      [account('acc_1', 'ada'), account('acc_2', 'grace')],
      new Date('2026-12-28T10:00:00Z'),
    );
    const lines = csv.split('\r\n');
    expect(lines[0]).toBe('\ufefftext,date,time,accounts,media,alt,first comment');
    expect(lines[1]).toBe(
      '"Good news, with a link https://example.com",2027-01-04,09:00,"x:ada; x:grace",,,',
    );
    expect(csv).toContain('"A longer one.\nLine breaks are fine.",2027-01-05,17:30,x:ada,,,More below');
    expect(template([], new Date())).toContain('17:30,,');
  });

  it('has a column for what their networks need', () => {
    const all = (['youtube', 'tiktok', 'pinterest', 'page'] as const).map((platform) => ({
      ...account(`acc_${platform}`, 'ada'),
      platform,
    }));
    const lines = template(all, new Date('2026-12-28T10:00:00Z')).split('\r\n');
    expect(lines[0]).toMatch(
      /,first comment,youtube\.title,youtube\.made_for_kids,tiktok\.privacy,pinterest\.board$/,
    );
    expect(lines.at(-2)).toMatch(/^No time yet: this becomes a draft\.(,){10}$/);
  });

  it('names accounts that share a handle by their ids', () => {
    const twins = [account('acc_1', 'ada'), account('acc_2', 'ada'), account('acc_3', '')];
    expect(twins.map((each) => spelled(each, twins))).toEqual(['acc_1', 'acc_2', 'acc_3']);
  });
});

describe('the cell of a problem', () => {
  it.each([
    ['/rows/3/text', 'text'],
    ['/rows/12/date', 'date'],
    ['/rows/0/targets/1/text', 'text'],
    ['/rows/0/targets/1/account_id', 'accounts'],
    ['/rows/0/targets', 'accounts'],
    ['/rows/0/targets/0/settings/privacy', 'settings'],
    ['/rows/0/media/2', 'media'],
    ['/rows/0/alt', 'alt'],
    ['/rows/0/tiktok.privacy', 'settings'],
    ['/rows/0/tiktok.nothing', 'row'],
    ['/rows/0/first_comment', 'first_comment'],
    ['/rows/0/form', 'form'],
    ['/rows/0/targets/0/format', 'form'],
    ['/rows/0', 'row'],
  ])('%s is %s', (pointer, field) => {
    expect(fieldOf({ pointer })).toBe(field);
  });
});
