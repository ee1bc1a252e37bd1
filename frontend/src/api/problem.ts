import type { FieldProblem, ProblemDetails, TimeChoice } from './types';

const TYPE_PREFIX = 'urn:atelier:problem:';

/** Why a request failed before the server could say so itself. */
type LocalSlug = 'offline' | 'unreadable';

/**
 * Every failed request ends up as one of these: the server's own problem, or `offline` when no answer came.
 * `detail` is written for people and may be shown as it is.
 */
export class Problem extends Error {
  /** The stable name of the problem, such as `stale-version`. */
  readonly slug: string;
  /** HTTP status, 0 when no answer came. */
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** What to quote when asking for help. */
  readonly requestId: string | undefined;
  readonly errors: FieldProblem[];
  /** Times to choose from, when a wall-clock time does not exist or exists twice. */
  readonly choices: TimeChoice[];
  /** Seconds to wait before the next try. */
  readonly retryAfter: number | undefined;

  constructor(body: Partial<ProblemDetails> & { slug?: LocalSlug; status: number }) {
    super(body.detail || body.title || 'Request failed');
    this.name = 'Problem';
    this.slug = body.slug ?? body.type?.replace(TYPE_PREFIX, '') ?? 'unreadable';
    this.status = body.status;
    this.title = body.title ?? '';
    this.detail = body.detail ?? '';
    this.requestId = body.request_id;
    this.errors = body.errors ?? [];
    this.choices = body.choices ?? [];
    this.retryAfter = body.retry_after ?? undefined;
  }
}

/** Reads an error answer; one that is not problem+json (a proxy's page, say) keeps its status and gets no detail. */
export async function readProblem(response: Response): Promise<Problem> {
  const headers = {
    retry_after: Number(response.headers.get('Retry-After')) || undefined,
    request_id: response.headers.get('X-Request-Id') ?? undefined,
  };
  try {
    const body = (await response.clone().json()) as Partial<ProblemDetails>;
    return new Problem({ ...headers, ...body, status: response.status });
  } catch {
    return new Problem({ slug: 'unreadable', ...headers, status: response.status });
  }
}

/** Any thrown value as a Problem: a `TypeError` from `fetch` means that no answer came. */
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  if (thrown instanceof TypeError) return new Problem({ slug: 'offline', status: 0 });
  return new Problem({
    slug: 'unreadable',
    status: 0,
    detail: thrown instanceof Error ? thrown.message : '',
  });
}

/**
 * The server's field errors as `@mantine/form` wants them: `/name` or `/body/name` becomes `name`,
 * `/targets/0/text` becomes `targets.0.text`. The fix follows the detail.
 */
export function fieldErrors(problem: Problem): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const { pointer, detail, fix } of problem.errors) {
    const field = pointer.replace(/^\/(body\/)?/, '').replaceAll('/', '.');
    errors[field] ??= [detail, fix].filter(Boolean).join(' ');
  }
  return errors;
}
