/** Longest public page address the API takes. */
const MAX_LENGTH = 40;

/** Whether the API would take `slug` as an address: 3 to 40 letters, digits and single inner hyphens. */
export function isSlug(slug: string): boolean {
  return slug.length >= 3 && slug.length <= MAX_LENGTH && /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(slug);
}

/** A public page address from a name: `Oficina Azul` becomes `oficina-azul`. */
export function slugify(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_LENGTH)
    .replace(/^-+|-+$/g, '');
}
