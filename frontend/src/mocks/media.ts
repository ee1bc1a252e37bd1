import { HttpResponse, http } from 'msw';
import type { MediaFile } from '@/api/types';
import { at, broken, json, newId, noContent, problem } from './answers';
import { picture } from './pictures';
import { PICTURES } from './posts/samples';

const PAGE = 24;
const DAY = 86_400_000;

const NAMES: [name: string, alt: string, width: number, height: number][] = [
  ['kiln-friday-opening.jpg', 'A blue vase on a table, still warm from the kiln.', 1600, 1200],
  ['first-bowls-of-the-autumn-class.jpg', 'A wide rust-red bowl in morning light.', 1200, 1500],
  ['cup-moss-glaze.png', '', 1400, 1400],
  ['plate-ochre.webp', 'A flat ochre plate, seen from the side.', 1800, 1000],
  ['night-vase.jpg', 'A dark violet vase against a grey wall.', 1000, 1600],
  ['bowl-blue-second-firing.jpg', '', 1600, 1200],
  ['المزهرية الزرقاء.jpg', 'مزهرية زرقاء على طاولة خشبية', 1200, 1200],
  ['plate-with-a-very-long-name-that-nobody-shortened-before-uploading-it.jpg', 'A green plate.', 2000, 900],
];

/** The mocked library: forty pictures, a film, and what the sample posts carry. */
function seed(): MediaFile[] {
  const pictures = Array.from({ length: 40 }, (_, number): MediaFile => {
    const [name, alt, width, height] = NAMES[number % NAMES.length] ?? ['', '', 1, 1];
    const type = name.endsWith('png') ? 'image/png' : name.endsWith('webp') ? 'image/webp' : 'image/jpeg';
    return {
      id: `fil_01JC8Q4W7N2T5V9X3Z6B8D0${String(number).padStart(3, '0')}`,
      name: number < NAMES.length ? name : name.replace('.', `-${number}.`),
      type,
      size: 340_000 + number * 91_000,
      status: 'ready',
      width,
      height,
      duration_ms: null,
      codec: null,
      frame_rate: null,
      audio: null,
      pages: null,
      alt,
      url: picture(number, width, height),
      thumb_url: picture(number, Math.round(width / 4), Math.round(height / 4)),
      created_at: new Date(Date.now() - number * DAY * 0.7).toISOString(),
      version: 1,
    };
  });
  const film: MediaFile = {
    id: 'fil_01JC8Q4W7N2T5V9X3Z6B8D0F90',
    name: 'wheel-throwing-in-a-minute.mp4',
    type: 'video/mp4',
    size: 38_200_000,
    status: 'ready',
    width: 1080,
    height: 1920,
    duration_ms: 61_000,
    codec: null,
    frame_rate: null,
    audio: null,
    pages: null,
    alt: 'Hands pull a bowl from a lump of clay on the wheel.',
    url: '/_mock/wheel.mp4',
    thumb_url: picture(11, 270, 480),
    created_at: new Date(Date.now() - 2.2 * DAY).toISOString(),
    version: 1,
  };
  const words: MediaFile = {
    ...film,
    id: 'fil_01JC8Q4W7N2T5V9X3Z6B8D0S10',
    name: 'wheel-throwing.en.srt',
    type: 'application/x-subrip',
    size: 1840,
    width: null,
    height: null,
    duration_ms: null,
    alt: '',
    url: '/_mock/wheel.srt',
    thumb_url: null,
  };
  const posted = PICTURES.map((file, number): MediaFile => {
    const { file_id: id, ...facts } = file;
    const created_at = new Date(Date.now() - (20 + number) * DAY).toISOString();
    return {
      ...facts,
      id,
      name: `studio-${number + 1}.png`,
      size: 210_000,
      status: 'ready',
      duration_ms: null,
      codec: null,
      frame_rate: null,
      audio: null,
      pages: null,
      created_at,
      version: 1,
    };
  });
  return [...pictures.slice(0, 3), film, ...pictures.slice(3), ...posted, words];
}

/** The files of the mocked library, newest first. */
export const library: { files: MediaFile[]; reset: () => void } = {
  files: seed(),
  reset() {
    this.files = seed();
  },
};

const find = (id: unknown) => library.files.find((file) => file.id === id);
const missing = () => problem('not-found', 404, 'There is no such file.');

export const handlers = [
  http.get(at('/media'), ({ request }) => {
    const query = new URL(request.url).searchParams;
    const words = (query.get('q') ?? '').toLowerCase();
    const found = library.files.filter(
      (file) => file.status === 'ready' && `${file.name} ${file.alt}`.toLowerCase().includes(words),
    );
    const cursor = query.get('cursor') ?? 'after-0';
    if (!cursor.startsWith('after-'))
      return problem('bad-request', 400, 'The cursor is not one of this list.');
    const from = Number(cursor.slice('after-'.length));
    const size = Number(query.get('limit') ?? PAGE);
    return json({
      items: found.slice(from, from + size),
      next_cursor: from + size < found.length ? `after-${from + size}` : null,
    });
  }),
  http.post(at('/media'), async ({ request }) => {
    const { name, type, size } = (await request.json()) as { name: string; type: string; size: number };
    const file: MediaFile = {
      id: newId('fil'),
      name,
      type,
      size,
      status: 'uploading',
      width: null,
      height: null,
      duration_ms: null,
      codec: null,
      frame_rate: null,
      audio: null,
      pages: null,
      url: null,
      thumb_url: null,
      alt: '',
      created_at: new Date().toISOString(),
      version: 1,
    };
    library.files = [file, ...library.files];
    const upload = {
      method: 'PUT',
      url: `/atelier-media/uploads/${file.id}`,
      headers: { 'Content-Type': type },
      expires_at: new Date(Date.now() + 15 * 60_000).toISOString(),
    };
    return json({ file, upload }, 201);
  }),
  http.put('*/atelier-media/uploads/:id', () => new HttpResponse(null, { status: 200 })),
  http.post(at('/media/:id/complete'), ({ params }) => {
    const file = find(params.id);
    if (!file) return missing();
    if (file.name.includes('broken')) {
      return broken([
        {
          pointer: '/',
          detail: 'The content is not a JPEG picture.',
          fix: 'Export it again, then upload that.',
        },
      ]);
    }
    const drawn = { url: picture(4, 1600, 1200), thumb_url: picture(4, 400, 300) };
    Object.assign(file, { status: 'ready', width: 1600, height: 1200, ...drawn });
    return json(file);
  }),
  http.get(at('/media/:id'), ({ params }) => {
    const file = find(params.id);
    return file ? json(file) : missing();
  }),
  http.patch(at('/media/:id'), async ({ params, request }) => {
    const file = find(params.id);
    if (!file) return missing();
    if (request.headers.get('If-Match') !== `"${file.version}"`) {
      return problem('stale-version', 412, 'Somebody changed this file meanwhile.');
    }
    const changed = { ...file, ...((await request.json()) as Partial<MediaFile>), version: file.version + 1 };
    library.files = library.files.map((each) => (each.id === file.id ? changed : each));
    return json(changed);
  }),
  http.delete(at('/media/:id'), ({ params }) => {
    const file = find(params.id);
    if (!file) return missing();
    if (file.name.startsWith('kiln')) {
      return problem('in-use', 409, 'Two scheduled posts use this file. Take it out of them first.');
    }
    library.files = library.files.filter((each) => each.id !== file.id);
    return noContent();
  }),
];
