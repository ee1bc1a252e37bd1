import { lazyRouteComponent } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { i18next } from '@/i18n';

/**
 * A page in a chunk of its own, fetched together with the catalogues it shows. `load` gives a module whose
 * default export is the page; it is not typed as one, because inferring a page's type asks for the router's
 * type, which is made of these very routes.
 */
export function page(namespaces: string[], load: () => Promise<{ default: unknown }>) {
  return lazyRouteComponent(async () => {
    const [module] = await Promise.all([load(), i18next.loadNamespaces(namespaces)]);
    return module as { default: ComponentType };
  });
}
