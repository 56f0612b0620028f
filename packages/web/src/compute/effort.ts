import type { Report } from '@advect/core';

/** What a solve took. */
export interface Effort {
  readonly evaluations: number;
  readonly steps: number;
  readonly milliseconds: number;
  /** Who computed, such as `wasm, 2 threads`. */
  readonly executor: string;
  /** How the solver fared, where it has something to say. */
  readonly diagnosis?: string;
}

/** What a solve took, from its report. */
export function effortOf({ evaluations, accepted, executor, backend, diagnosis }: Report, milliseconds: number): Effort {
  const who = executor && executor.executor !== 'eager' ? executor.executor : backend;
  const threads = executor?.threads ?? 1;
  return {
    evaluations,
    steps: accepted,
    milliseconds,
    executor: `${who}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    ...(diagnosis !== undefined && { diagnosis }),
  };
}
