import { Alert } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Problem } from '@/api/problem';

/** Why a form was refused, when no single field is to blame. */
export function FormProblem({ problem }: { problem: Problem | null }) {
  const { t } = useTranslation();
  if (!problem) return null;
  const offline = problem.slug === 'offline';
  return (
    <Alert color="brick" variant="light" role="alert" title={offline ? t('error.offline.title') : undefined}>
      {offline ? t('error.offline.advice') : problem.detail || t('error.other.advice')}
      {problem.status >= 500 && problem.requestId && ` ${t('error.reference', { id: problem.requestId })}`}
    </Alert>
  );
}
