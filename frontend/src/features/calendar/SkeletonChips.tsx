import { Skeleton } from '@mantine/core';
import classes from './Grid.module.css';

/** Outlines of the chips to come; how many depends on the place only, so that they do not change. */
export function SkeletonChips({ seed }: { seed: number }) {
  const count = [1, 0, 1, 2, 0, 1, 1][seed % 7] ?? 1;
  if (count === 0) return null;
  return (
    <div className={classes.chips} aria-hidden>
      {Array.from({ length: count }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the outlines are all alike and never move
        <Skeleton key={index} height={42} radius="xs" />
      ))}
    </div>
  );
}
