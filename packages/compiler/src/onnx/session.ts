import { AdvectError } from '@advect/base/errors';
import { isNative, type OnnxRuntime, type OnnxSession, type OnnxTensors } from './runtime.js';

/** A model that is ready to run. */
export interface Session {
  /** The execution provider that computes; what it cannot compute goes to the processor. */
  readonly provider: string;
  readonly threads: number;
  /** What is not as it was asked for, and why. */
  readonly remarks: readonly string[];
  /** Computes the results into the arrays of the tensors given for them. */
  run(feeds: OnnxTensors, results: OnnxTensors): Promise<void>;
  release(): Promise<void>;
}

/**
 * The session for a model, on the first of the execution providers that can be had. Throws `unsupported` if none can.
 *
 * onnxruntime-node writes results where it is told to; onnxruntime-web copies from such arrays and never back, so that its
 * results are copied here. All its sessions share one WebAssembly instance, with as many threads as the first session got, and
 * on a graphics card they cannot overlap, so that they take turns.
 */
export async function openSession(
  runtime: OnnxRuntime,
  model: Uint8Array,
  { threads, providers }: { readonly threads: number; readonly providers: readonly string[] },
): Promise<Session> {
  if (isNative(runtime)) {
    const { session, provider, remarks } = await firstSession(runtime, model, threads, providers);
    return {
      provider,
      threads,
      remarks,
      run: async (feeds, results) => void (await session.run(feeds, results)),
      release: () => session.release(),
    };
  }
  const turn = turnsOf(runtime);
  const settings = runtime.env?.wasm ?? {};
  settings.numThreads ??= threads;
  const { session, provider, remarks } = await turn(() => firstSession(runtime, model, threads, providers));
  const shared = settings.numThreads;
  return {
    provider,
    threads: shared,
    remarks: shared === threads ? remarks : [...remarks, `threads as its first program got them, ${threads} were asked for`],
    run: (feeds, results) =>
      turn(async () => {
        const made = await session.run(feeds, Object.keys(results));
        for (const [name, { data }] of Object.entries(results)) (data as Float32Array).set(made[name].data as Float32Array);
      }),
    release: () => turn(() => session.release()),
  };
}

/** Tries the providers one after the other, since a list with one that is missing fails or loses it without a word. */
async function firstSession(
  runtime: OnnxRuntime,
  model: Uint8Array,
  threads: number,
  providers: readonly string[],
): Promise<{ session: OnnxSession; provider: string; remarks: string[] }> {
  const remarks: string[] = [];
  for (const provider of providers) {
    try {
      return { session: await createSession(runtime, model, threads, provider), provider, remarks };
    } catch (error) {
      remarks.push(`${provider} cannot be had (${error instanceof Error ? error.message : String(error)})`);
    }
  }
  throw new AdvectError(
    'unsupported',
    `ONNX Runtime has no provider for this program: ${remarks.join('; ')}`,
    providers.includes(hostProvider(runtime))
      ? 'Look whether the package is complete and its files are served beside its module, or choose another executor.'
      : `Add '${hostProvider(runtime)}' to the providers, or choose another executor.`,
  );
}

/** The provider that computes on the processor. */
export const hostProvider = (runtime: OnnxRuntime): 'cpu' | 'wasm' => (isNative(runtime) ? 'cpu' : 'wasm');

/**
 * Threads sleep between operators: with the cores to themselves spinning ones are no quicker for large operators, and where
 * others want the cores too, a U-Net's gradient took them three times as long.
 */
const createSession = (runtime: OnnxRuntime, model: Uint8Array, threads: number, provider: string): Promise<OnnxSession> =>
  runtime.InferenceSession.create(model, {
    executionProviders: [provider],
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    enableCpuMemArena: true,
    enableMemPattern: true,
    extra: { session: { set_denormal_as_zero: '0', intra_op: { allow_spinning: '0' } } },
  });

const lastTurns = new WeakMap<OnnxRuntime, Promise<unknown>>();

/** Runs work of one runtime one after the other. */
const turnsOf =
  (runtime: OnnxRuntime) =>
  <T>(work: () => Promise<T>): Promise<T> => {
    const mine = (lastTurns.get(runtime) ?? Promise.resolve()).then(work);
    lastTurns.set(
      runtime,
      mine.catch(() => undefined),
    );
    return mine;
  };
