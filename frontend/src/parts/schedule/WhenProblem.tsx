import { Alert, Button, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Problem } from '@/api/problem';
import type { ScheduleInput } from '@/api/types';

interface Props {
  problem: Problem;
  busy: boolean;
  onChoose: (when: ScheduleInput) => void;
}

/** Why a time was refused, with the times that the server offers instead, one button each. */
export function WhenProblem({ problem, busy, onChoose }: Props) {
  const { t } = useTranslation('schedule');
  const offline = problem.slug === 'offline';
  return (
    <Alert
      color={problem.choices.length > 0 ? 'amber' : 'brick'}
      role="alert"
      title={problem.title || undefined}
    >
      <p style={{ margin: 0 }}>
        {problem.slug === 'stale-version'
          ? t('stale')
          : problem.detail || t(`error.${offline ? 'offline' : 'other'}.advice`, { ns: 'common' })}
      </p>
      {problem.errors.length > 0 && (
        <ul style={{ margin: '8px 0 0', paddingLeft: 20 }}>
          {problem.errors.map((error) => (
            <li key={`${error.pointer} ${error.code} ${error.account_id}`}>
              {error.detail} {error.fix}
            </li>
          ))}
        </ul>
      )}
      {problem.choices.length > 0 && (
        <>
          <p style={{ margin: '8px 0' }}>{t('choose')}</p>
          <Stack gap={6}>
            {problem.choices.map(({ label, local, zone, disambiguation }) => (
              <Button
                key={`${local} ${disambiguation}`}
                variant="default"
                disabled={busy}
                onClick={() => onChoose({ local, zone, disambiguation })}
              >
                {label}
              </Button>
            ))}
          </Stack>
        </>
      )}
    </Alert>
  );
}
