/** What the library takes: type and largest size in bytes. The server checks the content itself again. */
const MEGABYTE = 1024 * 1024;
const TYPES: Record<string, { max: number; endings: string[] }> = {
  'image/jpeg': { max: 20 * MEGABYTE, endings: ['jpg', 'jpeg'] },
  'image/png': { max: 20 * MEGABYTE, endings: ['png'] },
  'image/webp': { max: 20 * MEGABYTE, endings: ['webp'] },
  'image/gif': { max: 20 * MEGABYTE, endings: ['gif'] },
  'video/mp4': { max: 4096 * MEGABYTE, endings: ['mp4'] },
  'video/quicktime': { max: 4096 * MEGABYTE, endings: ['mov'] },
  'application/pdf': { max: 100 * MEGABYTE, endings: ['pdf'] },
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': {
    max: 100 * MEGABYTE,
    endings: ['pptx'],
  },
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': {
    max: 100 * MEGABYTE,
    endings: ['docx'],
  },
  'application/vnd.ms-powerpoint': { max: 100 * MEGABYTE, endings: ['ppt'] },
  'application/msword': { max: 100 * MEGABYTE, endings: ['doc'] },
  'application/x-subrip': { max: MEGABYTE, endings: ['srt'] },
  'text/vtt': { max: MEGABYTE, endings: ['vtt'] },
};

/** For file inputs; with the endings that systems know no type of. */
export const ACCEPT = [...Object.keys(TYPES), '.srt', '.vtt'].join(',');

/** Whether a file of this type holds what is said in a film. */
export const isSubtitles = (type: string) => type === 'application/x-subrip' || type === 'text/vtt';

/** Whether a file of this type has pages. */
export const isDocument = (type: string) => type.startsWith('application/') && !isSubtitles(type);

/** The type of a file, from its ending where the system does not tell; of subtitles each system tells another. */
export function typeOf(file: Pick<File, 'name' | 'type'>): string {
  const ending = file.name.split('.').pop()?.toLowerCase() ?? '';
  const byEnding = Object.entries(TYPES).find(([, { endings }]) => endings.includes(ending))?.[0] ?? '';
  return file.type && !isSubtitles(byEnding) ? file.type : byEnding;
}

/** Why a file cannot be uploaded, before anything is sent. */
export function refusal(file: Pick<File, 'name' | 'type' | 'size'>): 'type' | 'size' | 'empty' | null {
  const kind = TYPES[typeOf(file)];
  if (!kind) return 'type';
  if (file.size === 0) return 'empty';
  return file.size > kind.max ? 'size' : null;
}

/** Largest size of a file of this type, in bytes. */
export function maxSize(type: string): number {
  return TYPES[type]?.max ?? 0;
}

/** `3.4 MB`: sizes as people read them. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const [value, unit] =
    bytes < 999_500
      ? [bytes / 1000, 'kB']
      : bytes < 999_500_000
        ? [bytes / 1_000_000, 'MB']
        : [bytes / 1_000_000_000, 'GB'];
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** `1:05` of milliseconds. */
export function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** The files of a paste or a drop; text and links have none. */
export function filesOf(transfer: DataTransfer | null): File[] {
  return transfer ? [...transfer.files] : [];
}
