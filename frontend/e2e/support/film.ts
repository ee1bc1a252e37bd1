/** A box of an MP4 file. */
function box(kind: string, content: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(content.length + 8);
  return Buffer.concat([size, Buffer.from(kind, 'latin1'), content]);
}

function words(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, index * 4);
  return bytes;
}

/** An upright film of five seconds by its description, as a file to upload; there is nothing to see in it. */
export function film() {
  const one = 1 << 16;
  const header = box('mvhd', Buffer.concat([words(0, 0, 0, 600, 3000), Buffer.alloc(80)]));
  const straight = [one, 0, 0, 0, one, 0, 0, 0, 1 << 30];
  const track = box('tkhd', words(...Array(10).fill(0), ...straight, 1080 << 16, 1920 << 16));
  const handler = Buffer.from('\0\0\0\0\0\0\0\0vide\0\0\0\0\0\0\0\0\0\0\0\0\0', 'latin1');
  const movie = box(
    'moov',
    Buffer.concat([header, box('trak', Buffer.concat([track, box('mdia', box('hdlr', handler))]))]),
  );
  const brand = box('ftyp', Buffer.from('isom\0\0\0\0isomavc1', 'latin1'));
  const buffer = Buffer.concat([brand, box('mdat', Buffer.alloc(300_000, 7)), movie]);
  return { name: 'wheel.mp4', mimeType: 'video/mp4', buffer };
}

/** What is said in the film, in German. */
export function subtitles() {
  const buffer = Buffer.from('1\n00:00:01,000 --> 00:00:03,000\nHände an der Scheibe\n');
  return { name: 'wheel.de.srt', mimeType: 'application/x-subrip', buffer };
}
