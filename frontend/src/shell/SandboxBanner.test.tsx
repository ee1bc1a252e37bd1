import { screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { renderPage } from '@/test/render';

afterEach(() => {
  document.documentElement.removeAttribute('data-sandbox');
  vi.resetModules();
});

/** The page keeps the configuration for as long as it lives, so each case loads it anew. */
async function show(sandbox: boolean) {
  if (sandbox) localStorage.setItem('atelier.mock', 'sandbox');
  const { SandboxBanner } = await import('./SandboxBanner');
  return renderPage(
    <>
      <SandboxBanner />
      <h1>Page</h1>
    </>,
  );
}

it('says that nothing leaves this computer, and where to look', async () => {
  vi.resetModules();
  await show(true);
  const banner = await screen.findByRole('complementary', { name: 'Sandbox' });
  expect(banner).toHaveTextContent('Sandbox: nothing leaves this computer.');
  expect(screen.getByRole('link', { name: 'See what they show' })).toHaveAttribute(
    'href',
    'http://127.0.0.1:4100/',
  );
});

it('says nothing where networks are real', async () => {
  vi.resetModules();
  await show(false);
  await screen.findByRole('heading', { name: 'Page' });
  expect(screen.queryByRole('complementary')).not.toBeInTheDocument();
});
