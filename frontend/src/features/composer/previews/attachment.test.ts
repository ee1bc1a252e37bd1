import { expect, it } from 'vitest';
import type { MediaFile } from '@/api/types';
import { attachment, hostOf } from './attachment';

const file = (type: string) => ({ id: type, name: 'plan', type }) as MediaFile;
const at = (more: object) => ({ text: '', files: [], settings: {}, ...more });

it('shows a poll before anything else, without answers that are empty', () => {
  const found = attachment('x', at({ settings: { poll: ['Yes', ' ', 'No'], poll_duration: '3d' } }));
  expect(found).toEqual({ kind: 'poll', question: '', answers: ['Yes', 'No'], duration: '3d' });
});

it('shows files instead of a link', () => {
  const found = attachment('x', at({ text: 'https://example.com/a', files: [file('image/png')] }));
  expect(found.kind).toBe('files');
});

it('makes a card of a link only where the network does so by itself, or when it was asked for', () => {
  const text = 'See https://www.example.com/a.';
  expect(attachment('x', at({ text }))).toEqual({
    kind: 'link',
    address: 'https://www.example.com/a',
    host: 'example.com',
    title: 'example.com',
    description: '',
  });
  expect(attachment('linkedin', at({ text })).kind).toBe('none');
  const settings = { link: 'https://example.com', link_title: 'Kiln day' };
  expect(attachment('linkedin', at({ text, settings }))).toMatchObject({ kind: 'link', title: 'Kiln day' });
});

it('knows documents, and what is no address yet', () => {
  expect(attachment('linkedin', at({ files: [file('application/pdf')] }))).toMatchObject({
    kind: 'document',
    title: 'plan',
  });
  expect(hostOf('https://')).toBeNull();
});
