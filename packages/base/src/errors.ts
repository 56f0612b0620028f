/** What went wrong, as data; stable across versions, unlike the message. */
export type ErrorCode =
  | 'unknown-option'
  | 'invalid-option'
  | 'invalid-shape'
  | 'invalid-value'
  | 'invalid-file'
  | 'not-found'
  | 'unsupported'
  | 'solve-failed'
  | 'training-diverged'
  | 'aborted';

/**
 * The one error class of Advect. `message` says what happened, with the values; `hint` says what to do about it.
 */
export class AdvectError extends Error {
  override readonly name = 'AdvectError';
  readonly code: ErrorCode;
  readonly hint: string;

  constructor(code: ErrorCode, message: string, hint: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = hint;
  }
}

/** Throws `aborted` if the caller's signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined, what: string): void {
  if (signal?.aborted) {
    throw new AdvectError('aborted', `${what} was aborted`, 'It was told to stop; run it again for the whole result.', signal.reason);
  }
}

/**
 * Why a request failed, in words. `fetch` says no more than 'fetch failed', and what happened stands in its cause, which has
 * only a code where several addresses were tried.
 */
export function requestFailure(thrown: unknown): string {
  const inner = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
  if (!(inner instanceof Error)) return String(inner);
  return inner.message || ('code' in inner ? String(inner.code) : inner.name);
}
