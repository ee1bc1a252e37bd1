import { Skeleton } from '@mantine/core';
import classes from './AppFrame.module.css';

/** A page's outline while its code is on the way. */
export function PagePending() {
  return (
    <div aria-busy="true">
      <Skeleton height={32} width={220} mb={32} />
      <Skeleton height={320} />
    </div>
  );
}

/** The frame's outline while it is not known who is signed in; of its size, so that nothing jumps. */
export function FramePending() {
  return (
    <div className={classes.frame}>
      <div className={classes.side} />
      <div className={classes.column}>
        <div className={classes.main}>
          <PagePending />
        </div>
      </div>
    </div>
  );
}
