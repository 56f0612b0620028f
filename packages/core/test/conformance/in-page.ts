import { type SolverOptions, standardNormal } from '#src/flow/index.js';
import { countTensors, ready } from '#src/tensor/index.js';
import { type Executor, flowLaws, groundOf } from './flow-laws.js';
import { type Subject, subjects } from './flow-subjects.js';
import { pageAssertions } from './page-assertions.js';
import { departures } from './solver-methods.js';

/** For WebGL on a processor, where a choice of steps waits for each norm to be read back. */
const few: SolverOptions = { method: 'rk4', steps: 4 };

/** What a law found with one subject; plain data. */
export interface Finding {
  readonly law: string;
  readonly failures: readonly string[];
  /** Assertions that were made. */
  readonly count: number;
  readonly tensorsLeft: number;
}

/** Holds a subject to every law of flows, as `flows.test.ts` does in Node. */
async function holdFlow(name: string, executor: Executor): Promise<Finding[]> {
  await ready();
  const subject = subjects[name];
  return findingsOf(executor === 'eager' ? { solver: few, ...subject } : subject, executor);
}

async function findingsOf(subject: Subject, executor: Executor): Promise<Finding[]> {
  const ground = groundOf(subject, executor);
  const before = countTensors();
  const findings: Finding[] = [];
  for (const [law, hold] of Object.entries(flowLaws)) {
    const t = pageAssertions();
    await hold(t, ground).catch((error: unknown) => t.fail(error instanceof Error ? error.stack : String(error)));
    findings.push({ law, failures: t.failures, count: t.count(), tensorsLeft: countTensors() - before });
  }
  return findings;
}

/** The same with a density that is too large by a tenth, which the laws must see. */
async function holdDefect(): Promise<Finding[]> {
  await ready();
  const normal = standardNormal();
  return findingsOf(
    { ...subjects['mlp, ignore'], base: { ...normal, logProb: (x) => normal.logProb(x).map((v) => v + Math.log(1.1)) } },
    'wasm',
  );
}

async function holdSolvers(): Promise<{ found: Awaited<ReturnType<typeof departures>>; tensorsLeft: number }> {
  await ready();
  const before = countTensors();
  return { found: await departures(), tensorsLeft: countTensors() - before };
}

Object.assign(globalThis, { backend: ready, holdFlow, holdDefect, holdSolvers, ready: true });
