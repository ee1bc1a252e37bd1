/** Light, dark, or whatever the device says; Mantine keeps the choice on this device. */
export const SCHEMES = ['light', 'dark', 'auto'] as const;

export type Scheme = (typeof SCHEMES)[number];
