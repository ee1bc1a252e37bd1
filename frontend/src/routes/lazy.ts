import { lazyRouteComponent } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { i18next } from '@/i18n';

/** A page in a chunk of its own, fetched together with the catalogues it shows. */
export function page(namespaces: string[], load: () => Promise<{ default: ComponentType }>) {
  return lazyRouteComponent(async () => {
    const [module] = await Promise.all([load(), i18next.loadNamespaces(namespaces)]);
    return module;
  });
}
