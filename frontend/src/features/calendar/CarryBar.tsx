import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './CarryBar.module.css';

interface Props {
  excerpt: string;
  /** The place under the lifted post, in words. */
  when: string;
  onDrop: () => void;
  onForm: () => void;
  onCancel: () => void;
}

/** What is being moved and how to go on, for as long as a post is lifted with the keyboard. */
export function CarryBar({ excerpt, when, onDrop, onForm, onCancel }: Props) {
  const { t } = useTranslation('calendar');
  return (
    <div className={classes.bar}>
      <div className={classes.words}>
        <strong className={classes.what} dir="auto">
          {t('move.bar', { excerpt: excerpt.slice(0, 40), when })}
        </strong>
        <span className={classes.hint}>{t('move.barHint')}</span>
      </div>
      <Button size="xs" onClick={onDrop}>
        {t('move.drop')}
      </Button>
      <Button size="xs" variant="default" onClick={onForm}>
        {t('move.form')}
      </Button>
      <Button size="xs" variant="subtle" color="gray" onClick={onCancel}>
        {t('move.cancel')}
      </Button>
    </div>
  );
}
