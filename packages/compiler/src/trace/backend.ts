import { fold } from './fold.js';
import { unsupported } from './kernel.js';
import { lowerings } from './lowering/index.js';
import { openSession, type Session, type Values } from './session.js';
import { type DataType, tf } from './tf.js';

const NAME = 'advect-trace';

/** Whether a function is being traced at this moment. */
export const isTracing = (): boolean => tf.engine().backendName === NAME;

/** The open session; traces may nest, as in a function that itself compiles. */
let current: Session | undefined;
const sessions: Session[] = [];

const sessionOf = (dataId: object): Session | undefined => sessions.findLast((session) => session.has(dataId));

/** A backend of TensorFlow.js that computes nothing: its tensors stand for nodes of a graph. */
class TraceBackend extends tf.KernelBackend {
  override write(values: Values, shape: number[], dtype: DataType): object {
    return current!.write(values, shape, dtype).dataId;
  }
  override readSync(dataId: object): Float32Array | Int32Array | Uint8Array {
    const session = sessionOf(dataId);
    if (!session) throw unsupported('A tensor of a traced function is read after the trace has ended');
    const node = session.node({ dataId, shape: [], dtype: 'float32' });
    const type = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[session.graph.nodes[node].dtype];
    return type.from(fold(session, node));
  }
  override async read(dataId: object): Promise<Float32Array | Int32Array | Uint8Array> {
    return this.readSync(dataId);
  }
  override incRef(dataId: object): void {
    sessionOf(dataId)?.retain(dataId);
  }
  override refCount(dataId: object): number {
    return sessionOf(dataId)?.references(dataId) ?? 0;
  }
  override disposeData(dataId: object): boolean {
    return sessionOf(dataId)?.release(dataId) ?? true;
  }
  override numDataIds(): number {
    return sessions.reduce((sum, session) => sum + session.count(), 0);
  }
  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }
  override floatPrecision(): 32 {
    return 32;
  }
  override dispose(): void {}
}

function register(): TraceBackend {
  const backend = new TraceBackend();
  tf.registerBackend(NAME, () => backend, 0);
  for (const [kernelName, lower] of Object.entries(lowerings)) {
    tf.registerKernel({
      kernelName,
      backendName: NAME,
      kernelFunc({ inputs, attrs }) {
        const session = current!;
        const operands = Object.fromEntries(
          Object.entries(inputs).flatMap(([name, tensor]) => (tensor ? [[name, session.node(tensor)]] : [])),
        );
        const result = lower(session.ops, operands, attrs ?? {});
        return Array.isArray(result) ? result.map(session.tensor) : session.tensor(result);
      },
    });
  }
  return backend;
}

let registered: TraceBackend | undefined;

/** The parts of the engine that tell it where it is; its types keep them private. */
interface EngineInside {
  backendName: string | null;
  backendInstance: object | null;
  pendingBackendInit: unknown;
  registry: { [name: string]: object };
  trackTensor: (tensor: tf.Tensor, backend: object) => void;
  state: {
    activeTape: unknown;
    gradientDepth: number;
    kernelDepth: number;
    activeScope: unknown;
    scopeStack: unknown[];
    profiling: boolean;
  };
}

/**
 * Runs `body` with the tracing backend as the current one, on a tape of its own. Whatever happens, afterwards the engine
 * is where it was, and every tensor that was made in between is gone.
 */
export function whileTracing<T>(body: (session: Session) => T): T {
  registered ??= register();
  const engine = tf.engine() as unknown as EngineInside;
  const { backendName, backendInstance, pendingBackendInit, trackTensor, state } = engine;
  const before = { ...state, scopeStack: [...state.scopeStack] };
  const outer = current;
  const made: tf.Tensor[] = [];
  const session = openSession();
  engine.registry[NAME] = registered;
  Object.assign(engine, { backendName: NAME, backendInstance: registered, pendingBackendInit: undefined });
  engine.trackTensor = (tensor, backend) => {
    made.push(tensor);
    trackTensor.call(engine, tensor, backend);
  };
  const { assign } = tf.Variable.prototype;
  tf.Variable.prototype.assign = function (value) {
    if (!made.includes(this)) throw unsupported(`A traced function assigns to a variable from outside ('${this.name}')`);
    assign.call(this, value);
  };
  Object.assign(state, { activeTape: null, gradientDepth: 0, kernelDepth: 0, profiling: false });
  current = session;
  sessions.push(session);
  try {
    return tf.tidy(() => body(session) as tf.TensorContainer) as T;
  } finally {
    tf.Variable.prototype.assign = assign;
    for (const tensor of made) if (!tensor.isDisposed) tensor.dispose();
    sessions.pop();
    current = outer;
    const { activeTape, gradientDepth, kernelDepth, activeScope, scopeStack, profiling } = before;
    Object.assign(state, { activeTape, gradientDepth, kernelDepth, activeScope, scopeStack, profiling });
    Object.assign(engine, { backendName, backendInstance, pendingBackendInit, trackTensor });
  }
}
