import { AdvectError } from '@advect/base/errors';
import { oneOf, readOptions } from '@advect/base/options';
import '@advect/compiler/gradients';
import { probePrecision } from './precision.js';
import { inNode, tf } from './tf.js';
import { cureWasm } from './wasm/cures.js';

/** The backends of TensorFlow.js that can be asked for. */
export type BackendName = 'wasm' | 'cpu' | 'webgl' | 'webgpu';

/** Which backend computes, why, and how precisely. */
export interface BackendReport {
  readonly backend: string;
  /** Why this backend, in a sentence: chosen, asked for, or fallen back to and for what reason. */
  readonly reason: string;
  /** Smallest number whose sum with 1 differs from 1, measured by a kernel. */
  readonly epsilon: number;
  /** The tightest relative tolerance that makes sense here. */
  readonly minimumTolerance: number;
}

/** Options of `ready`. */
export interface ReadyOptions {
  /** `auto` (the default) keeps the backend in use, or picks one: WebGL in a browser; WebAssembly in Node; plain JavaScript else. */
  readonly backend?: BackendName | 'auto';
}

const choices = ['auto', 'wasm', 'cpu', 'webgl', 'webgpu'] as const;

let current: BackendReport | undefined;
let last: Promise<unknown> = Promise.resolve();

/**
 * Makes a backend ready to compute, and says which. Call it as often as you like: the first call starts a backend, later
 * ones return the same report at once, concurrent ones wait for one another. Every public verb awaits it. In Node the
 * environment variable ADVECT_BACKEND stands for the option where the option is absent or `auto`.
 *
 * @throws AdvectError `invalid-option` for an unknown backend, `unsupported` for one that cannot start here
 */
export function ready(options?: ReadyOptions): Promise<BackendReport> {
  try {
    const { backend } = readOptions<Required<ReadyOptions>>('ready', options, { backend: oneOf(choices, 'auto') });
    const wanted = backend === 'auto' ? fromEnvironment() : backend;
    const next = last.then(() => select(wanted, backend === 'auto'));
    last = next.catch(() => undefined);
    return next;
  } catch (error) {
    return Promise.reject(error);
  }
}

function fromEnvironment(): BackendName | 'auto' {
  const given = inNode() ? process.env['ADVECT_BACKEND'] : undefined;
  return given === undefined || given === '' ? 'auto' : oneOf(choices, 'auto')(given, 'The environment variable ADVECT_BACKEND');
}

async function select(wanted: BackendName | 'auto', keepCurrent: boolean): Promise<BackendReport> {
  if (current && (keepCurrent || current.backend === wanted) && tf.getBackend() === current.backend) return current;
  if (current && keepCurrent) await tf.setBackend(current.backend);
  else if (wanted === 'auto') current = await startFirst(inNode() ? ['wasm', 'cpu'] : ['webgl', 'cpu']);
  else current = await start(wanted, 'it was asked for');
  return current;
}

async function startFirst([first, ...others]: readonly BackendName[]): Promise<BackendReport> {
  try {
    return await start(first, `it is the fastest that TensorFlow.js offers in ${inNode() ? 'Node' : 'this browser'}`);
  } catch (error) {
    if (!(error instanceof AdvectError) || others.length === 0) throw error;
    const fallback = await startFirst(others);
    return { ...fallback, reason: `${first} did not start (${error.message})` };
  }
}

async function start(name: BackendName, reason: string): Promise<BackendReport> {
  if (inNode()) silenceAdvice();
  try {
    if (name === 'wasm') await loadWasm();
    if (tf.findBackendFactory(name) === null) throw new Error(`no backend of that name is registered`);
    if (!(await withoutCrashHandlers(() => tf.setBackend(name)))) throw new Error('its initialisation failed');
  } catch (cause) {
    if (current && tf.getBackend() !== current.backend) await tf.setBackend(current.backend);
    throw new AdvectError(
      'unsupported',
      `the backend '${name}' cannot start here: ${cause instanceof Error ? cause.message : String(cause)}`,
      name === 'webgpu'
        ? "Import '@tensorflow/tfjs-backend-webgpu' before, in a browser that has WebGPU, or choose 'auto'."
        : "Choose 'auto', or 'cpu', which works everywhere.",
      cause,
    );
  }
  if (name === 'wasm') cureWasm();
  return { backend: name, reason, ...(await probePrecision()) };
}

async function loadWasm(): Promise<void> {
  if (tf.findBackendFactory('wasm') !== null) return;
  if (!inNode()) throw new Error("a page must import '@tensorflow/tfjs-backend-wasm' and set its paths itself");
  const name = '@tensorflow/tfjs-backend-wasm';
  // Required rather than imported, as the compiler's door to TensorFlow.js is; a bundle in CommonJS has no address to require from.
  const { url } = import.meta as { readonly url?: string };
  if (url === undefined) await import(/* @vite-ignore */ name);
  else process.getBuiltinModule('node:module').createRequire(url)(name);
}

/** The cpu backend greets its first tensor in Node with advice to install a native package; it does not apply. */
function silenceAdvice(): void {
  const cpu = tf.findBackend('cpu') as unknown as { firstUse?: boolean } | null;
  if (cpu && 'firstUse' in cpu) cpu.firstUse = false;
}

/**
 * The WebAssembly loader adds process-wide handlers that rethrow every uncaught error from inside its own bundle; they
 * only hide where the error came from, so they are taken off again.
 */
async function withoutCrashHandlers<T>(initialise: () => Promise<T>): Promise<T> {
  if (!inNode()) return initialise();
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const before = events.map((event) => process.rawListeners(event));
  const result = await initialise();
  events.forEach((event, i) => {
    for (const listener of process.rawListeners(event)) {
      if (!before[i].includes(listener) && String(listener).includes('throw')) {
        process.removeListener(event, listener as (...args: unknown[]) => void);
      }
    }
  });
  return result;
}
