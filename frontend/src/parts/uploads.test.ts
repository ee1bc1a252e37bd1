import { describe, expect, it, vi } from 'vitest';
import { Problem } from '@/api/problem';
import type { MediaFile } from '@/api/types';
import { type UploadItem, UploadQueue, type UploadSteps } from './uploads';

const photo = (name = 'kiln.jpg', size = 1000) =>
  new File([new Uint8Array(size)], name, { type: 'image/jpeg' });

const file = (id: string): MediaFile => ({
  id,
  name: 'kiln.jpg',
  type: 'image/jpeg',
  size: 1000,
  status: 'ready',
  width: 1200,
  height: 800,
  duration_ms: null,
  codec: null,
  frame_rate: null,
  audio: null,
  pages: null,
  url: null,
  thumb_url: null,
  alt: '',
  created_at: '2026-11-21T09:00:00Z',
  version: 1,
});

const upload = { method: 'PUT', url: '/put', headers: {}, expires_at: '2026-11-21T09:15:00Z' };

/** Steps that succeed, each as a spy. */
function steps(change: Partial<UploadSteps> = {}) {
  let serial = 0;
  return {
    create: vi.fn(async () => {
      serial += 1;
      return { file: { ...file(`fil_${serial}`), status: 'uploading' as const }, upload };
    }),
    put: vi.fn(async () => {}),
    complete: vi.fn(async (id: string) => file(id)),
    remove: vi.fn(async () => {}),
    ...change,
  };
}

const settled = (queue: UploadQueue) =>
  vi.waitFor(() =>
    expect(queue.snapshot().every(({ state }) => state === 'done' || state === 'failed')).toBe(true),
  );

describe('UploadQueue', () => {
  it('tells how far each file is, and hands it over when it is ready', async () => {
    const seen: Pick<UploadItem, 'state' | 'sent'>[] = [];
    const done = vi.fn();
    const queue = new UploadQueue(
      done,
      steps({
        put: async (_upload, _blob, onSent) => {
          onSent(400);
          onSent(1000);
        },
      }),
    );
    queue.subscribe(() => {
      const [item] = queue.snapshot();
      if (item) seen.push({ state: item.state, sent: item.sent });
    });
    queue.add([photo()]);
    await settled(queue);
    expect(seen).toContainEqual({ state: 'sending', sent: 400 });
    expect(seen).toContainEqual({ state: 'checking', sent: 1000 });
    expect(done).toHaveBeenCalledWith(expect.objectContaining({ id: 'fil_1' }), 'upload-1');
  });

  it('sends two files at a time', async () => {
    const release: (() => void)[] = [];
    const put = vi.fn(() => new Promise<void>((resolve) => release.push(resolve)));
    const queue = new UploadQueue(undefined, steps({ put }));
    queue.add([photo('a.jpg'), photo('b.jpg'), photo('c.jpg')]);
    await vi.waitFor(() => expect(put).toHaveBeenCalledTimes(2));
    expect(queue.snapshot().map((item) => item.state)).toEqual(['sending', 'sending', 'waiting']);
    release[0]?.();
    await vi.waitFor(() => expect(put).toHaveBeenCalledTimes(3));
    for (const go of release) go();
    await settled(queue);
  });

  it('refuses a wrong type, an oversized and an empty file without sending anything', () => {
    const calls = steps();
    const queue = new UploadQueue(undefined, calls);
    const huge = photo('huge.jpg');
    Object.defineProperty(huge, 'size', { value: 21 * 1024 * 1024 });
    queue.add([new File(['x'], 'notes.txt', { type: 'text/plain' }), huge, photo('empty.jpg', 0)]);
    expect(queue.snapshot().map((item) => item.failure?.reason)).toEqual(['type', 'size', 'empty']);
    expect(calls.create).not.toHaveBeenCalled();
  });

  it('stops the transfer when canceled and leaves nothing behind', async () => {
    const calls = steps({
      put: (_upload, _blob, _onSent, signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    });
    const put = vi.spyOn(calls, 'put');
    const queue = new UploadQueue(undefined, calls);
    queue.add([photo()]);
    await vi.waitFor(() => expect(put).toHaveBeenCalled());
    queue.cancel('upload-1');
    expect(queue.snapshot()).toEqual([]);
    await vi.waitFor(() => expect(calls.remove).toHaveBeenCalledWith('fil_1'));
    expect(calls.complete).not.toHaveBeenCalled();
  });

  it('says why it failed and starts over on request', async () => {
    const put = vi
      .fn<UploadSteps['put']>()
      .mockRejectedValueOnce(new Problem({ type: 'expired', status: 403 }))
      .mockResolvedValueOnce();
    const calls = steps({ put });
    const queue = new UploadQueue(undefined, calls);
    queue.add([photo()]);
    await settled(queue);
    expect(queue.snapshot()[0]?.failure?.reason).toBe('expired');
    expect(calls.remove).toHaveBeenCalledWith('fil_1');
    queue.retry('upload-1');
    await settled(queue);
    expect(queue.snapshot()[0]).toMatchObject({ state: 'done', file: { id: 'fil_2' } });
  });

  it('passes on what the server found in the content', async () => {
    const complete = vi.fn().mockRejectedValue(
      new Problem({
        type: 'urn:atelier:problem:rule-broken',
        status: 422,
        detail: 'This is not a JPEG.',
      }),
    );
    const queue = new UploadQueue(undefined, steps({ complete }));
    queue.add([photo()]);
    await settled(queue);
    expect(queue.snapshot()[0]?.failure).toEqual({ reason: 'content', detail: 'This is not a JPEG.' });
  });

  it('knows a lost connection', async () => {
    const queue = new UploadQueue(
      undefined,
      steps({ put: vi.fn().mockRejectedValue(new TypeError('network')) }),
    );
    queue.add([photo()]);
    await settled(queue);
    expect(queue.snapshot()[0]?.failure?.reason).toBe('offline');
  });
});
