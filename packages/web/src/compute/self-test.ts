import type { SolverOptions } from '@advect/core';
import { farthest, type KnownAnswer, knownAnswers } from './known-answer.js';
import type { SelfTest } from './engine-status.js';

/** Computes what is known with an executor. Rejects where it cannot run at all. */
export async function selfTest(
  options: Pick<SolverOptions, 'executor' | 'threads'>,
  answers: readonly KnownAnswer[] = knownAnswers,
  now: () => number = () => performance.now(),
): Promise<SelfTest> {
  const start = now();
  let [largest, threads, reason] = [0, 1, ''];
  for (const { flow, start, solver, answer } of answers) {
    const { x, report } = await flow().decode(start, { ...options, ...solver });
    answer.forEach((value, i) => {
      const distance = Math.abs(x.data[i] - value);
      if (!(distance <= largest)) largest = distance;
    });
    threads = Math.max(threads, report.executor?.threads ?? 1);
    reason ||= report.executor?.reason ?? '';
  }
  return { passed: largest <= farthest, largest, milliseconds: now() - start, threads, reason };
}
