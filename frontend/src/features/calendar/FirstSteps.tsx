import { Button } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import classes from './FirstSteps.module.css';

/** What a new organization sees above its empty calendar: the way to the first post. */
export function FirstSteps({ connected, canConnect }: { connected: boolean; canConnect: boolean }) {
  const { t } = useTranslation('calendar');
  return (
    <section className={classes.card} aria-labelledby="first-steps">
      <h2 id="first-steps">{t('first.title')}</h2>
      <p className={classes.lead}>{t('first.text')}</p>
      <ol className={classes.steps}>
        <li data-done={connected || undefined}>
          <span className={classes.number} aria-hidden>
            {connected ? <IconCheck size={16} stroke={2.4} /> : 1}
          </span>
          <div>
            <h3>{connected ? t('first.connected') : t('first.connect')}</h3>
            <p>{connected ? t('first.connectedText') : t('first.connectText')}</p>
            {!connected && canConnect && (
              <Button renderRoot={(props) => <Link {...props} to="/accounts" search={{ connect: true }} />}>
                {t('first.connect')}
              </Button>
            )}
          </div>
        </li>
        <li>
          <span className={classes.number} aria-hidden>
            2
          </span>
          <div>
            <h3>{t('first.write')}</h3>
            <p>{t('first.writeText')}</p>
            <Button component={Link} to="/posts/new" variant={connected ? 'filled' : 'default'}>
              {connected ? t('first.write') : t('first.writeSoon')}
            </Button>
          </div>
        </li>
      </ol>
    </section>
  );
}
