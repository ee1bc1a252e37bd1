import { Button, CopyButton, Group, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { asProblem } from '@/api/problem';
import classes from './ErrorState.module.css';

interface Props {
  error: unknown;
  onRetry?: () => void;
  /** Level of the heading; 1 when nothing else is on the page. */
  order?: 1 | 2;
}

/** Why something could not be shown, what to do, and what to quote when asking for help. */
export function ErrorState({ error, onRetry, order = 2 }: Props) {
  const { t } = useTranslation();
  const problem = asProblem(error);
  const known = [
    'offline',
    'forbidden',
    'not-found',
    'too-many-requests',
    'unavailable',
    'not-signed-in',
  ] as const;
  const slug = known.find((name) => name === problem.slug) ?? 'other';
  return (
    <section className={classes.error} role="alert">
      <Title order={order} size="h2">
        {t(`error.${slug}.title`)}
      </Title>
      {problem.detail && <p className={classes.detail}>{problem.detail}</p>}
      <p className={classes.advice}>{t(`error.${slug}.advice`)}</p>
      <Group gap="xs" mt="md">
        {onRetry && <Button onClick={onRetry}>{t('action.retry')}</Button>}
        {problem.requestId && (
          <CopyButton value={problem.requestId}>
            {({ copied, copy }) => (
              <Button variant="subtle" color="gray" onClick={copy}>
                {copied ? t('error.copied') : t('error.copyReference', { id: problem.requestId })}
              </Button>
            )}
          </CopyButton>
        )}
      </Group>
    </section>
  );
}
