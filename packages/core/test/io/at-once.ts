import type { ExecutionContext } from 'ava';

const MOST = 100;

/**
 * What `body` gives, which is to take less than 100 ms of processor time. Counted is the time of the whole process, other
 * tests in their threads included, so that it may take more nine times before it fails the test.
 */
export function atOnce<T>(t: ExecutionContext, body: () => T): T {
  const times: number[] = [];
  for (;;) {
    const began = process.cpuUsage();
    const result = body();
    const { user, system } = process.cpuUsage(began);
    times.push((user + system) / 1000);
    if (times.at(-1)! < MOST || times.length === 10) {
      t.true(times.at(-1)! < MOST, `it took ${times.join(', ')} ms of processor time`);
      return result;
    }
  }
}
