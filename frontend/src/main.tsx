import '@fontsource-variable/inter';
import './ui/global.css';
import { type ComponentType, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import * as session from './api/session';
import { i18next, startI18n } from './i18n';
import { SandboxBanner } from './shell/SandboxBanner';

/** The start page of somebody without a session needs neither the router nor the library of parts. */
async function view(): Promise<ComponentType> {
  if (location.pathname === '/' && session.sessionState() === 'signed-out') {
    const [{ default: LandingPage }] = await Promise.all([
      import('./features/landing/LandingPage'),
      i18next.loadNamespaces('landing'),
    ]);
    return LandingPage;
  }
  return (await import('./App')).App;
}

async function start(): Promise<void> {
  if (import.meta.env.MODE === 'mock') {
    const { worker } = await import('./mocks/browser');
    await worker.start({ onUnhandledRequest: 'bypass', quiet: true });
  }
  await Promise.all([startI18n(), session.start()]);
  const root = document.getElementById('root');
  if (!root) throw new Error('index.html has no #root');
  const View = await view();
  createRoot(root).render(
    <StrictMode>
      <View />
      <SandboxBanner />
    </StrictMode>,
  );
}

// After a deployment the chunks of the version on the screen are gone: load the new one, but never in a loop.
window.addEventListener('vite:preloadError', () => {
  const last = Number(sessionStorage.getItem('atelier.reloaded') ?? 0);
  if (Date.now() - last < 30_000) return;
  sessionStorage.setItem('atelier.reloaded', String(Date.now()));
  location.reload();
});

void start();
