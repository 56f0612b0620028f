import { AdvectError } from '@advect/base/errors';
import { type Bridge, callBridge } from './call.js';
import type { Verbs } from './messages.js';

/** Starts a module worker that answers by `serveBridge`. Where it ends or cannot start, calls reject with `unsupported`. */
export function startWorker<V extends Verbs>(address: URL, name: string): Bridge<V> & { terminate(): void } {
  const worker = new Worker(address, { type: 'module', name });
  const bridge = callBridge<V>(worker);
  let lost: AdvectError | undefined;
  const end = (error: AdvectError): void => {
    lost = error;
    bridge.fail(error);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    end(
      new AdvectError(
        'unsupported',
        `the worker '${name}' ${event.message ? `has ended: ${event.message}` : 'could not be loaded'}`,
        'Load the page again; if it stays so, this browser may be too old.',
      ),
    );
  };
  return {
    call: (...given) => (lost ? Promise.reject(lost) : bridge.call(...given)),
    fail: bridge.fail,
    terminate() {
      worker.terminate();
      end(new AdvectError('aborted', `the worker '${name}' was ended`, 'Start it again.'));
    },
  };
}
