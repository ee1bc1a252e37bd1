import { client, idempotencyKey } from '@/api/client';
import { asProblem, Problem } from '@/api/problem';
import type { MediaFile, Upload } from '@/api/types';
import { refusal, typeOf } from './files';

/** How many files are on their way at once. */
const PARALLEL = 2;

/** Why an upload failed: a name that the catalogue explains, and the server's own words where it gave any. */
export interface UploadFailure {
  reason: 'type' | 'size' | 'empty' | 'expired' | 'refused' | 'offline' | 'content' | 'other';
  detail: string;
}

/** One file on its way into the library. */
export interface UploadItem {
  key: string;
  name: string;
  type: string;
  /** Bytes. */
  size: number;
  /** `checking`: everything arrived and the server looks at it. */
  state: 'waiting' | 'sending' | 'checking' | 'done' | 'failed';
  /** Bytes that have left. */
  sent: number;
  failure?: UploadFailure;
  /** The file in the library, once done. */
  file?: MediaFile;
}

/** The three steps of an upload; replaced in tests. */
export interface UploadSteps {
  create(
    input: { name: string; type: string; size: number },
    signal: AbortSignal,
  ): Promise<{ file: MediaFile; upload: Upload }>;
  put(upload: Upload, blob: Blob, onSent: (bytes: number) => void, signal: AbortSignal): Promise<void>;
  complete(id: string, signal: AbortSignal): Promise<MediaFile>;
  /** Forgets a file whose upload was given up. */
  remove(id: string): Promise<unknown>;
}

/** Sends a file to the address the server gave out, with exactly its headers. `fetch` cannot tell progress. */
function put(
  upload: Upload,
  blob: Blob,
  onSent: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(upload.method, upload.url);
    for (const [name, value] of Object.entries(upload.headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => onSent(event.loaded);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) return resolve();
      const expired = request.status === 403 && Date.parse(upload.expires_at) <= Date.now();
      reject(new Problem({ type: expired ? 'expired' : 'refused', status: request.status }));
    };
    request.onerror = () => reject(new TypeError('no answer'));
    request.onabort = () => reject(signal.reason);
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(blob);
  });
}

const STEPS: UploadSteps = {
  async create(body, signal) {
    const header = { 'Idempotency-Key': idempotencyKey() };
    const { data } = await client.POST('/api/media', { body, params: { header }, signal });
    return data as { file: MediaFile; upload: Upload };
  },
  put,
  async complete(id, signal) {
    const { data } = await client.POST('/api/media/{id}/complete', { params: { path: { id } }, signal });
    return data as MediaFile;
  },
  remove: (id) => client.DELETE('/api/media/{id}', { params: { path: { id } } }),
};

const REASONS: Record<string, UploadFailure['reason']> = {
  expired: 'expired',
  refused: 'refused',
  offline: 'offline',
  'too-large': 'size',
  'wrong-content-type': 'type',
  'rule-broken': 'content',
  conflict: 'expired',
  'not-found': 'expired',
};

function failureOf(thrown: unknown): UploadFailure {
  const problem = asProblem(thrown);
  const detail = problem.errors[0]
    ? [problem.errors[0].detail, problem.errors[0].fix].join(' ')
    : problem.detail;
  return { reason: REASONS[problem.slug] ?? 'other', detail };
}

/**
 * Uploads files, two at a time, and tells whoever listens. Knows nothing of React: read it with
 * `useSyncExternalStore`. What fails or is canceled leaves nothing behind on the server.
 */
export class UploadQueue {
  private items: readonly UploadItem[] = [];
  private readonly blobs = new Map<string, File>();
  private readonly running = new Map<string, AbortController>();
  private readonly listeners = new Set<() => void>();
  private serial = 0;

  constructor(
    private readonly onDone: (file: MediaFile, key: string) => void = () => {},
    private readonly steps: UploadSteps = STEPS,
  ) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): readonly UploadItem[] => this.items;

  /** Takes files in; those that cannot be uploaded show why at once. */
  add(files: readonly File[]): void {
    const added = files.map((file): UploadItem => {
      this.serial += 1;
      const key = `upload-${this.serial}`;
      const reason = refusal(file);
      this.blobs.set(key, file);
      return {
        key,
        name: file.name,
        type: typeOf(file),
        size: file.size,
        state: reason ? 'failed' : 'waiting',
        sent: 0,
        ...(reason && { failure: { reason, detail: '' } }),
      };
    });
    this.set([...this.items, ...added]);
    this.next();
  }

  /** Stops an upload, or takes a finished or failed one off the list. */
  cancel(key: string): void {
    this.running.get(key)?.abort(new DOMException('canceled', 'AbortError'));
    this.blobs.delete(key);
    this.set(this.items.filter((item) => item.key !== key));
  }

  /** Starts a failed upload again, from its beginning. */
  retry(key: string): void {
    this.change(key, { state: 'waiting', sent: 0, failure: undefined });
    this.next();
  }

  /** Stops everything. */
  stop(): void {
    for (const { key } of this.items) this.cancel(key);
  }

  private next(): void {
    for (const item of this.items) {
      if (this.running.size >= PARALLEL) return;
      if (item.state === 'waiting') void this.run(item);
    }
  }

  private async run({ key, name, type, size }: UploadItem): Promise<void> {
    const blob = this.blobs.get(key);
    if (!blob) return;
    const control = new AbortController();
    this.running.set(key, control);
    this.change(key, { state: 'sending' });
    let created: string | undefined;
    try {
      const { file, upload } = await this.steps.create({ name, type, size }, control.signal);
      created = file.id;
      control.signal.throwIfAborted();
      await this.steps.put(upload, blob, (sent) => this.change(key, { sent }), control.signal);
      this.change(key, { state: 'checking', sent: size });
      const ready = await this.steps.complete(file.id, control.signal);
      control.signal.throwIfAborted();
      this.blobs.delete(key);
      this.change(key, { state: 'done', file: ready });
      this.onDone(ready, key);
    } catch (thrown) {
      const failure = failureOf(thrown);
      // The server sweeps abandoned uploads by itself; this only makes it sooner. What it refused is gone already.
      if (created && failure.reason !== 'content') void this.steps.remove(created).catch(() => {});
      if (!control.signal.aborted) this.change(key, { state: 'failed', failure });
    } finally {
      this.running.delete(key);
      this.next();
    }
  }

  private change(key: string, change: Partial<UploadItem>): void {
    this.set(this.items.map((item) => (item.key === key ? { ...item, ...change } : item)));
  }

  private set(items: readonly UploadItem[]): void {
    this.items = items;
    for (const listener of this.listeners) listener();
  }
}
