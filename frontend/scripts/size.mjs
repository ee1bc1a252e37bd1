// Adds up the compressed script that a browser fetches before sign-in and to show the signed-in calendar,
// from the import graph in the build's manifest, and fails when either is over its budget.
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(await readFile(new URL('.vite/manifest.json', dist), 'utf8'));

/** The chunks each view needs: the entry and what its route imports when it opens, by source file. */
const VIEWS = [
  {
    name: 'before sign-in',
    budget: 160_000,
    sources: ['index.html', 'src/features/landing/LandingPage.tsx', 'src/locales/en/landing.json'],
  },
  {
    name: 'signed-in calendar',
    budget: 260_000,
    sources: [
      'index.html',
      'src/App.tsx',
      'src/shell/AppFrame.tsx',
      'src/features/calendar/CalendarPage.tsx',
      'src/locales/en/calendar.json',
      'src/locales/en/schedule.json',
    ],
  },
];

function find(source) {
  const entry = Object.entries(manifest).find(
    ([key, chunk]) => key === source || chunk.src === source || key.includes(`/${source}/`),
  );
  if (!entry) throw new Error(`${source} is not in the manifest: adjust VIEWS in scripts/size.mjs`);
  return entry[0];
}

/** A chunk and all it imports statically: what one `import()` makes the browser fetch. */
function closure(key, seen) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) closure(next, seen);
  return seen;
}

let over = false;
for (const { name, budget, sources } of VIEWS) {
  const chunks = new Set();
  for (const source of sources) closure(find(source), chunks);
  let total = 0;
  const parts = [];
  for (const key of chunks) {
    const { file } = manifest[key];
    if (!file.endsWith('.js')) continue;
    const size = gzipSync(await readFile(new URL(file, dist))).length;
    total += size;
    parts.push([size, file]);
  }
  const kilobytes = (bytes) => (bytes / 1000).toFixed(1);
  console.log(`${name}: ${kilobytes(total)} kB of ${kilobytes(budget)} kB (gzip, ${parts.length} files)`);
  if (process.argv.includes('--detail')) {
    for (const [size, file] of parts.sort((a, b) => b[0] - a[0]))
      console.log(`  ${kilobytes(size).padStart(7)} ${file}`);
  }
  over ||= total > budget;
}
process.exitCode = over ? 1 : 0;
