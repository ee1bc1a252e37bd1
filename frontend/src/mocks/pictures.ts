/** Drawn photographs for the mocked library: pots on a table, in a few glazes and shapes. */
const SHAPES = [
  // A vase, a bowl, a cup, a plate: outlines in a box of 100 × 100, standing on y = 84.
  'M42 24h16l-3 12c10 8 15 18 13 30-2 12-9 18-18 18s-16-6-18-18c-2-12 3-22 13-30z',
  'M18 48h64c0 20-14 36-32 36S18 68 18 48z',
  'M30 40h34v10h6c10 0 10 20 0 20h-7c-1 9-6 14-14 14h-5c-9 0-14-8-14-20z',
  'M12 76c0-4 76-4 76 0 0 6-20 8-38 8s-38-2-38-8z',
];
const GLAZES = [
  ['#e9dfce', '#c8b08c', '#2f6f8f'],
  ['#dfe6e2', '#a9bdb2', '#b0563a'],
  ['#efe4dc', '#d3b8a4', '#5b7553'],
  ['#e3e1ea', '#b5b0c6', '#caa24a'],
  ['#d8dde3', '#98a6b5', '#3f3b57'],
] as const;

/** The address of a drawn picture; the same number draws the same picture. */
export function picture(number: number, width: number, height: number): string {
  const [wall, table, glaze] = GLAZES[number % GLAZES.length] ?? GLAZES[0];
  const shape = SHAPES[number % SHAPES.length];
  const size = Math.min(width, height) * 0.82;
  const x = (width - size) / 2;
  const y = height * 0.8 - size * 0.84;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<defs><linearGradient id="w" x2=".7" y2="1"><stop stop-color="#fff" stop-opacity=".55"/><stop offset="1" stop-opacity=".08"/></linearGradient></defs>
<rect width="100%" height="100%" fill="${wall}"/><rect y="${height * 0.72}" width="100%" height="100%" fill="${table}"/>
<rect width="100%" height="100%" fill="url(#w)"/><ellipse cx="${width / 2}" cy="${height * 0.81}" rx="${size * 0.34}" ry="${size * 0.05}" opacity=".22"/>
<g transform="translate(${x} ${y}) scale(${size / 100})"><path d="${shape}" fill="${glaze}"/><path d="${shape}" fill="url(#w)"/></g></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
