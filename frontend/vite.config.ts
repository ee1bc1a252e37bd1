import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import type { Plugin, PreviewServer, ViteDevServer } from 'vite';
import { defineConfig } from 'vitest/config';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
/** Where `npm run dev` finds the running product (`make run`). */
const backend = process.env.ATELIER_BACKEND ?? 'http://localhost:4000';

/** What the mock mode needs beside the mocked API: the service worker's file, and a login page that signs in at once. */
function mockLogin(): Plugin {
  const serve = ({ middlewares }: Pick<ViteDevServer | PreviewServer, 'middlewares'>) => {
    middlewares.use('/mockServiceWorker.js', async (_request, response) => {
      response.setHeader('Content-Type', 'text/javascript');
      response.end(await readFile(path('./node_modules/msw/lib/mockServiceWorker.js')));
    });
    middlewares.use('/_mock/authorize', (request, response) => {
      const query = new URL(request.url ?? '', 'http://localhost').searchParams;
      const back = new URL(query.get('redirect_uri') ?? '/', `http://${request.headers.host}`);
      back.searchParams.set('code', 'mock');
      back.searchParams.set('state', query.get('state') ?? '');
      response.writeHead(302, { Location: back.href }).end();
    });
  };
  return { name: 'atelier-mock-login', configureServer: serve, configurePreviewServer: serve };
}

export default defineConfig(({ mode }) => ({
  plugins: [react(), ...(mode === 'mock' ? [mockLogin()] : [])],
  resolve: {
    alias: { '@rules': path('../shared/domain/rules.json'), '@': path('./src') },
  },
  server: {
    port: 5173,
    fs: { allow: ['..'] },
    ...(mode === 'mock'
      ? {}
      : {
          proxy: Object.fromEntries(
            ['/api', '/p/', '/config.json', '/_local', '/atelier-media'].map((from) => [from, backend]),
          ),
        }),
  },
  build: { manifest: true, target: 'es2022', sourcemap: false, assetsInlineLimit: 2048 },
  test: {
    // The journeys in e2e/ are Playwright's.
    dir: './src',
    environment: 'jsdom',
    setupFiles: ['./src/test/setup.ts'],
    restoreMocks: true,
    // Typing into a page in jsdom is slow when other suites run beside.
    testTimeout: 20_000,
    css: { modules: { classNameStrategy: 'non-scoped' as const } },
  },
}));
