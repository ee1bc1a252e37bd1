import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { asProblem } from '@/api/problem';
import { i18next } from '@/i18n';

const close = () => ({ 'aria-label': i18next.t('action.close') });

/** Tells of something done. One short sentence, past tense. */
export function notifyDone(message: string): void {
  notifications.show({ message, color: 'moss', autoClose: 4000, closeButtonProps: close() });
}

/** Tells of something done and offers to take it back, for a little longer. */
export function notifyUndo(message: string, undo: () => void): void {
  const id = notifications.show({
    color: 'moss',
    autoClose: 10_000,
    closeButtonProps: close(),
    message: (
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <span>{message}</span>
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => {
            notifications.hide(id);
            undo();
          }}
        >
          {i18next.t('action.undo')}
        </Button>
      </Group>
    ),
  });
}

/** Tells of a failed write in the server's words, and stays until closed. */
export function notifyFailure(thrown: unknown): void {
  const problem = asProblem(thrown);
  notifications.show({
    color: 'brick',
    closeButtonProps: close(),
    title: problem.title || i18next.t('error.other.title'),
    message:
      problem.detail || i18next.t(problem.slug === 'offline' ? 'error.offline.advice' : 'error.other.advice'),
    autoClose: problem.status === 0 ? 8000 : false,
  });
}
