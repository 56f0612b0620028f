import { readdir } from 'node:fs/promises';

/** What a process holds. */
export interface Vitals {
  /** Bytes of memory in all, of the JavaScript heap in use, and of buffers beside it. */
  readonly rss: number;
  readonly heap: number;
  readonly external: number;
  /** Files, sockets and pipes open; absent where the system does not tell. */
  readonly files?: number;
  readonly tensors: number;
}

/** Measures this process. */
export async function vitals(tensors: number): Promise<Vitals> {
  const { rss, heapUsed, external } = process.memoryUsage();
  // One of them is the folder that is being read.
  const files = await readdir('/proc/self/fd').then(
    (names) => names.length - 1,
    () => undefined,
  );
  return { rss, heap: heapUsed, external, ...(files !== undefined && { files }), tensors };
}
