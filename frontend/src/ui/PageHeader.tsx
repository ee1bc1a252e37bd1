import { Group, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './PageHeader.module.css';

/** A page's title, one sentence below it, and its actions at the right (below, on a phone). */
export function PageHeader({
  title,
  lead,
  actions,
}: {
  title: ReactNode;
  lead?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <header className={classes.header}>
      {typeof title === 'string' && <title>{`${title} · Atelier`}</title>}
      <div className={classes.words}>
        <Title order={1}>{title}</Title>
        {lead && <p className={classes.lead}>{lead}</p>}
      </div>
      {actions && <Group gap="xs">{actions}</Group>}
    </header>
  );
}
