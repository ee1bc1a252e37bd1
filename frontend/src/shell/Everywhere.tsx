import { Outlet } from '@tanstack/react-router';
import { SandboxBanner } from './SandboxBanner';

/** What every page has, signed in or not. */
export function Everywhere() {
  return (
    <>
      <SandboxBanner />
      <Outlet />
    </>
  );
}
