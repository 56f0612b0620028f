import type { SolverOptions } from '@advect/core';
import { AdvectError } from '@advect/base/errors';
import { type EngineName, type EngineStatus, engineTitles, type SelfTest } from './engine-status.js';
import { selfTest } from './self-test.js';

/** One of them. */
export interface Engine {
  readonly name: EngineName;
  /** What the verbs of a flow take for it. */
  readonly executor: 'wasm' | 'eager';
  /** Whether this browser may have it. */
  offered(): Promise<boolean>;
  start(): Promise<void>;
  /** Whether its graphics context has been lost: whatever it has computed since is nothing. */
  lost(): boolean;
  /** Settles soon after that: some work then never ends. */
  untilLost(): Promise<void>;
}

/** The engines of one worker. */
export interface Engines {
  readonly status: EngineStatus | undefined;
  /** Takes an engine, or the first that passes the self-test; where the wanted one does not, the next one that does. */
  use(wanted: EngineName | 'auto'): Promise<EngineStatus>;
  /** The status after the one of this version, once there is one. */
  after(version: number): Promise<EngineStatus>;
  /** Work with whoever computes now; once more with another where a graphics context was lost meanwhile. */
  run<T>(work: (options: Pick<SolverOptions, 'executor'>) => Promise<T>): Promise<T>;
}

export function engines(known: readonly Engine[], test: typeof selfTest = selfTest): Engines {
  const broken = new Set<Engine>();
  const troubles: string[] = [];
  const waiting = new Set<(status: EngineStatus) => void>();
  let current: Engine | undefined;
  let status: EngineStatus | undefined;
  let starting: Promise<unknown> = Promise.resolve();

  async function choose(wanted: EngineName | 'auto'): Promise<EngineStatus> {
    const offers = await Promise.all(known.map((engine) => engine.offered()));
    const fit = known.filter((engine, i) => offers[i] && !broken.has(engine));
    const candidates = [...fit.filter(({ name }) => name === wanted), ...fit.filter(({ name }) => name !== wanted)];
    for (const engine of candidates) {
      const result = await start(engine);
      if (result === undefined) continue;
      current = engine;
      status = {
        engine: engine.name,
        offered: fit.filter((one) => !broken.has(one)).map(({ name }) => name),
        selfTest: result,
        troubles: [...troubles],
        version: (status?.version ?? 0) + 1,
      };
      for (const tell of waiting) tell(status);
      waiting.clear();
      return status;
    }
    throw new AdvectError('unsupported', `nothing computes here: ${troubles.join(' ')}`, 'Use a browser of the last three years.');
  }

  async function start(engine: Engine): Promise<SelfTest | undefined> {
    try {
      await engine.start();
      const result = await test({ executor: engine.executor });
      if (result.passed) return result;
      troubles.push(`${engineTitles[engine.name]} computed a known answer wrongly, by ${result.largest.toPrecision(2)}, and is not used.`);
    } catch (thrown) {
      troubles.push(`${engineTitles[engine.name]} could not start: ${thrown instanceof Error ? thrown.message : String(thrown)}.`);
    }
    broken.add(engine);
    return undefined;
  }

  const use = (wanted: EngineName | 'auto'): Promise<EngineStatus> => {
    const next = starting.then(() => choose(wanted));
    starting = next.catch(() => undefined);
    return next;
  };

  return {
    get status() {
      return status;
    },
    use,
    after: (version) =>
      status !== undefined && status.version > version ? Promise.resolve(status) : new Promise((resolve) => waiting.add(resolve)),
    async run(work) {
      await starting;
      if (!current) await use('auto');
      const engine = current!;
      const lost = engine.untilLost().then((): 'lost' => 'lost');
      const outcome = await Promise.race([lost, work({ executor: engine.executor }).then(done, failed)]);
      if (outcome !== 'lost' && (!(broken.has(engine) || engine.lost()) || isStop(outcome))) return settle(outcome);
      if (!broken.has(engine)) {
        broken.add(engine);
        troubles.push(`${engineTitles[engine.name]} lost its graphics context; the work was done again by another.`);
      }
      if (current === engine) await use('auto');
      return work({ executor: current!.executor });
    },
  };
}

type Outcome<T> = { readonly value: T } | { readonly error: unknown };
const done = <T>(value: T): Outcome<T> => ({ value });
const failed = (error: unknown): Outcome<never> => ({ error });
const isStop = (outcome: Outcome<unknown>): boolean =>
  'error' in outcome && outcome.error instanceof AdvectError && outcome.error.code === 'aborted';

function settle<T>(outcome: Outcome<T>): T {
  if ('error' in outcome) throw outcome.error;
  return outcome.value;
}
