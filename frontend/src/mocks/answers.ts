import { HttpResponse, type JsonBodyType } from 'msw';
import type { FieldProblem, ProblemDetails } from '@/api/types';

/** An address of the API, whatever origin the page runs on. */
export const at = (path: string) => `*/api${path}`;

export const json = <T extends JsonBodyType>(body: T, status = 200) => HttpResponse.json(body, { status });

export const noContent = () => new HttpResponse(null, { status: 204 });

const TITLES: Record<string, string> = {
  forbidden: 'Not allowed',
  'not-found': 'Not found',
  conflict: 'Conflict',
  'in-use': 'In use',
  'stale-version': 'Changed meanwhile',
  'time-in-past': 'Time in the past',
  'time-in-gap': 'This time does not exist',
  'time-ambiguous': 'This time happens twice',
  'rule-broken': 'Some fields need attention',
  'not-signed-in': 'Not signed in',
  'too-many-requests': 'Too many requests',
  unavailable: 'Not available',
  internal: 'Internal error',
};

/** An error answer as the API gives it. */
export function problem(slug: string, status: number, detail: string, more: Partial<ProblemDetails> = {}) {
  const body: ProblemDetails = {
    type: `urn:atelier:problem:${slug}`,
    title: TITLES[slug] ?? slug,
    status,
    detail,
    request_id: 'req_01JD3K9Z7M4X',
    ...more,
  };
  return HttpResponse.json(body, { status, headers: { 'Content-Type': 'application/problem+json' } });
}

/** A 422 that points at fields. */
export function broken(errors: (Pick<FieldProblem, 'pointer' | 'detail'> & Partial<FieldProblem>)[]) {
  return problem('rule-broken', 422, 'Some fields need attention.', {
    errors: errors.map((error) => ({ code: 'invalid', severity: 'error', fix: '', ...error })),
  });
}

let serial = 0;

/** An id of the API's shape that no fixture has. */
export function newId(prefix: string): string {
  serial += 1;
  return `${prefix}_01JD9${String(serial).padStart(21, '0')}`;
}
