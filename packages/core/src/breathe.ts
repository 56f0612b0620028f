/**
 * Lets the event loop run once, so that a pending abort, click or frame gets its turn in long work: where tensors are
 * computed on the host, an `await` alone never gives it one. A message channel where there is no `setImmediate`: timers
 * are held back by browsers.
 */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') {
      setImmediate(resolve);
      return;
    }
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
