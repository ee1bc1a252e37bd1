import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { finishSignIn, signIn } from '@/api/session';
import { ProductMark } from '@/ui/Mark';
import classes from './CallbackPage.module.css';

/** Where the hosted sign-in returns to: trades the code for tokens and goes on to where the person was. */
export default function CallbackPage() {
  const { t } = useTranslation('signin');
  const router = useRouter();
  const queries = useQueryClient();
  const [failed, setFailed] = useState(false);
  const started = useRef(false);

  useEffect(() => {
    // The code works once, and React mounts twice during development.
    if (started.current) return;
    started.current = true;
    finishSignIn()
      .then((returnTo) => {
        queries.clear();
        router.history.replace(returnTo);
      })
      .catch(() => setFailed(true));
  }, [queries, router]);

  return (
    <main className={classes.page}>
      <title>{t('title')}</title>
      <ProductMark size={40} />
      {failed ? (
        <div role="alert">
          <h1 className={classes.title}>{t('failed')}</h1>
          <p className={classes.text}>{t('failedText')}</p>
          <Button onClick={() => void signIn({ returnTo: '/' })}>{t('again')}</Button>
        </div>
      ) : (
        <p className={classes.text} role="status">
          {t('busy')}
        </p>
      )}
    </main>
  );
}
