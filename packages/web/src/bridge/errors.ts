import { AdvectError } from '@advect/base/errors';
import type { ErrorMessage } from './messages.js';

/** An error as a message: code, message and hint stay; the stack stays where it is of use. */
export function toMessage(thrown: unknown): ErrorMessage {
  if (thrown instanceof AdvectError) return { code: thrown.code, message: thrown.message, hint: thrown.hint };
  return { message: thrown instanceof Error ? thrown.message : String(thrown) };
}

/** The same error on this side. */
export const fromMessage = ({ code, message, hint }: ErrorMessage): Error =>
  code === undefined ? new Error(message) : new AdvectError(code, message, hint ?? '');
