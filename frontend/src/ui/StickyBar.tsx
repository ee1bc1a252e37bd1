import type { ReactNode } from 'react';
import classes from './StickyBar.module.css';

/** What can be done with a page that is written on: at its end, and always in sight. */
export function StickyBar({ children }: { children: ReactNode }) {
  return <div className={classes.bar}>{children}</div>;
}
