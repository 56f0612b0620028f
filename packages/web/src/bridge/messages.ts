import type { ErrorCode } from '@advect/base/errors';

/** What one verb of a worker takes, gives, and tells on the way. */
export interface Verb<Request = unknown, Result = unknown, Progress = never> {
  readonly request: Request;
  readonly result: Result;
  readonly progress: Progress;
}

/** What a worker can be asked for: verbs by their names. */
export type Verbs = { readonly [name: string]: Verb<unknown, unknown, unknown> };

/** What goes to the worker. */
export type ToServer =
  | { readonly id: number; readonly type: 'call'; readonly verb: string; readonly request: unknown }
  | { readonly id: number; readonly type: 'cancel' };

/** An error on its way between threads, where classes are lost. */
export interface ErrorMessage {
  readonly code?: ErrorCode;
  readonly message: string;
  readonly hint?: string;
}

/** What comes back: reports, then one end. */
export type FromServer =
  | { readonly id: number; readonly type: 'progress'; readonly value: unknown }
  | { readonly id: number; readonly type: 'done'; readonly result: unknown }
  | { readonly id: number; readonly type: 'failed'; readonly error: ErrorMessage };

/** The end of a line that one thread holds: a worker, a worker's own scope, or a port of a channel. */
export interface Line {
  postMessage(message: unknown, transfer: Transferable[]): void;
  // Handlers as the platform has them, whatever they are bound to.
  // oxlint-disable-next-line no-explicit-any
  onmessage: ((event: any) => unknown) | null;
}
