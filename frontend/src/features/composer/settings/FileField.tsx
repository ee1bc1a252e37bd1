import type { ReactNode } from 'react';
import type { Finding } from '../findings';
import classes from './FileField.module.css';
import { wrong } from './SettingField';

interface Props {
  heading: string;
  /** Of the heading, for what it names. */
  headingId?: string;
  /** What is wrong with all of it. */
  about: Finding[];
  children: ReactNode;
}

/** What goes with a film and is chosen from the library: a cover, subtitles. */
export function FileField({ heading, headingId, about, children }: Props) {
  const error = wrong(about);
  return (
    <fieldset className={classes.field}>
      <legend id={headingId} className={classes.label}>
        {heading}
      </legend>
      {children}
      {error && (
        <p className={classes.error} data-severity={about[0]?.severity}>
          {error}
        </p>
      )}
    </fieldset>
  );
}
