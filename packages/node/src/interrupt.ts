import { AdvectError } from '@advect/base/errors';

/**
 * Runs `work` with a signal that the first Ctrl-C (or SIGTERM) aborts, so that it can end in order; a second Ctrl-C
 * ends the process at once with exit code 130.
 */
export async function withInterrupt<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort(new AdvectError('aborted', 'interrupted before the end', 'Run the command again.'));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    return await work(controller.signal);
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}
