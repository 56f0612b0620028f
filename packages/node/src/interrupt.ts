import { AdvectError } from '@advect/base/errors';

/**
 * Runs `work` with a signal that the first Ctrl-C (or SIGTERM, or the end of its terminal) aborts, so that it can end in
 * order; a second Ctrl-C ends the process at once with exit code 130. The end of a terminal that no stream of the process
 * is connected to changes nothing: that is what `nohup` asks for, and Node forgets.
 */
export async function withInterrupt<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort(new AdvectError('aborted', 'interrupted before the end', 'Run the command again.'));
  };
  const hangUp = (): void => {
    if ([process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY)) stop();
  };
  const handlers = [
    ['SIGINT', stop],
    ['SIGTERM', stop],
    ['SIGHUP', hangUp],
  ] as const;
  for (const [signal, handler] of handlers) process.on(signal, handler);
  try {
    return await work(controller.signal);
  } finally {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  }
}
