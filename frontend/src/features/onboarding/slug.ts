/** Longest public page address the API takes. */
const MAX_LENGTH = 40;

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
