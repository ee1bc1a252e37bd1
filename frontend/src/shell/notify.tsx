import { notifications } from '@mantine/notifications';
import { asProblem } from '@/api/problem';
import { i18next } from '@/i18n';

/** Tells of something done. One short sentence, past tense. */
export function notifyDone(message: string): void {
  notifications.show({ message, color: 'moss', autoClose: 4000 });
}

/** Tells of a failed write in the server's words, and stays until closed. */
export function notifyFailure(thrown: unknown): void {
  const problem = asProblem(thrown);
  notifications.show({
    color: 'brick',
    title: problem.title || i18next.t('error.other.title'),
    message:
      problem.detail || i18next.t(problem.slug === 'offline' ? 'error.offline.advice' : 'error.other.advice'),
    autoClose: problem.status === 0 ? 8000 : false,
  });
}
