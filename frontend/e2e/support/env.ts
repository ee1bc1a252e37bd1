/** A setting that `scripts/e2e` gives; the message says so when it is missing. */
export function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the journeys with scripts/e2e`);
  return value;
}
