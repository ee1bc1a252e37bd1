import type { ReactNode } from 'react';
import classes from './CenteredPage.module.css';
import { ProductMark } from './Mark';

/** A page with one thing to say, outside the frame. */
export function CenteredPage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className={classes.page}>
      <title>{`${title} · Atelier`}</title>
      <div className={classes.card}>
        <ProductMark size={40} />
        <h1 className={classes.title}>{title}</h1>
        <div className={classes.text}>{children}</div>
      </div>
    </main>
  );
}
