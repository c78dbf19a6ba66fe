const CATALOGUE = {
  INVALID_REQUEST: [400, 'The request is not valid'],
  MALFORMED_JSON: [400, 'The body is not valid JSON'],
  IDEMPOTENCY_KEY_MISSING: [400, 'The request needs an Idempotency-Key'],
  UNAUTHENTICATED: [401, 'Sign in first'],
  INVALID_CREDENTIALS: [401, 'Tenant, email or password is wrong'],
  FORBIDDEN: [403, 'Your role does not allow this'],
  NOT_FOUND: [404, 'There is nothing here'],
  ALREADY_REVIEWED: [409, 'Somebody has decided on it otherwise'],
  ENDPOINT_LIMIT_REACHED: [409, 'There are as many webhook endpoints as there may be'],
  IDEMPOTENCY_IN_FLIGHT: [409, 'The first request with this key is still at work'],
  ISBN_TAKEN: [409, 'The shop has a book with this ISBN already'],
  NOT_CANCELLABLE: [409, 'The order cannot be cancelled any more'],
  OUT_OF_STOCK: [409, 'There are not enough copies'],
  UPLOAD_EXPIRED: [409, 'The upload takes no file any more'],
  UPLOAD_INCOMPLETE: [409, 'The file has not arrived'],
  UPLOAD_NOT_READY: [409, 'The file cannot be had'],
  UPLOAD_QUOTA_REACHED: [409, 'There is no room for this file'],
  VERSION_CONFLICT: [412, 'Somebody changed it in the meantime'],
  PAYLOAD_TOO_LARGE: [413, 'The body is too large'],
  UNSUPPORTED_MEDIA_TYPE: [415, 'The body must be JSON in UTF-8'],
  BOOK_UNKNOWN: [422, 'There is no such book'],
  CURRENCY_MIXED: [422, 'One order has one currency'],
  IDEMPOTENCY_KEY_REUSED: [422, 'The Idempotency-Key belongs to another request'],
  UPLOAD_MISMATCH: [422, 'The file is not the one that was announced'],
  RATE_LIMITED: [429, 'Too many requests'],
  CLIENT_GONE: [499, 'Nobody waits for the answer'],
  INTERNAL: [500, 'Something went wrong on our side'],
  CACHE_UNAVAILABLE: [503, 'Changes cannot be made at the moment'],
  DATABASE_UNAVAILABLE: [503, 'The database cannot be reached at the moment'],
  DEPENDENCY_AWAY: [503, 'A service that this needs is away'],
  LIMITS_UNAVAILABLE: [503, 'This cannot be tried at the moment'],
  OVERLOADED: [503, 'There is more to do than can be done'],
  OUTCOME_UNKNOWN: [503, 'The change may or may not be visible yet'],
  RESOURCE_BUSY: [503, 'Somebody else is changing this'],
  STORE_UNAVAILABLE: [503, 'Files cannot be reached at the moment'],
  TIMED_OUT: [503, 'The request took too long'],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ProblemCode = keyof typeof CATALOGUE;

export interface FieldError {
  readonly field: string;
  readonly message: string;
}

interface ProblemOptions {
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/** An error that callers of the API are meant to see: rendered as `application/problem+json` with a stable code. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly code: ProblemCode;
  readonly status: number;
  readonly title: string;
  readonly detail: string | undefined;
  readonly errors: readonly FieldError[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ProblemCode, { detail, errors, retryAfterSeconds, cause }: ProblemOptions = {}) {
    const [status, title] = CATALOGUE[code];
    super(detail ?? title, { cause });
    this.code = code;
    this.status = status;
    this.title = title;
    this.detail = detail;
    this.errors = errors;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The body of a problem response (RFC 9457). */
export function problemBody(problem: ProblemError, requestId: string) {
  return {
    type: `urn:shelfwise:problem:${problem.code.toLowerCase().replaceAll('_', '-')}`,
    title: problem.title,
    status: problem.status,
    code: problem.code,
    ...(problem.detail === undefined ? {} : { detail: problem.detail }),
    requestId,
    ...(problem.errors === undefined ? {} : { errors: problem.errors }),
  };
}
