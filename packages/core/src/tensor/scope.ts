import { tf, type Tensor } from './tf.js';

/**
 * Owner of tensors across awaits. `tf.tidy` is synchronous and global; a scope belongs to one call, so that concurrent
 * calls never free each other's tensors.
 */
export interface Scope {
  /** Runs synchronous tensor code; intermediates are freed, every tensor in the result belongs to this scope. */
  run<T extends Owned>(compute: () => T): T;
  /** Takes ownership of a tensor and returns it. */
  keep<T extends Tensor>(tensor: T): T;
  /** Frees a tensor of this scope now. */
  release(tensor: Tensor): void;
  /** Gives up ownership: the caller has to dispose of the tensor. */
  detach<T extends Tensor>(tensor: T): T;
}

/** A tensor, or a record or list of tensors and other values. */
type Owned = Tensor | void | number | string | boolean | null | undefined | readonly Owned[] | { readonly [key: string]: Owned };

/** Calls `body` with a fresh scope and frees all that the scope still owns when it settles, be it by a throw. */
export async function withScope<T>(body: (scope: Scope) => Promise<T> | T): Promise<T> {
  const owned = new Set<Tensor>();
  const keep = <K extends Tensor>(tensor: K): K => {
    owned.add(tf.keep(tensor));
    return tensor;
  };
  const scope: Scope = {
    keep,
    run: (compute) => {
      const result = tf.tidy(compute as () => tf.TensorContainer) as ReturnType<typeof compute>;
      for (const tensor of tensorsIn(result)) keep(tensor);
      return result;
    },
    release: (tensor) => {
      owned.delete(tensor);
      if (!tensor.isDisposed) tensor.dispose();
    },
    detach: (tensor) => {
      owned.delete(tensor);
      return tensor;
    },
  };
  try {
    return await body(scope);
  } finally {
    for (const tensor of owned) if (!tensor.isDisposed) tensor.dispose();
  }
}

/** Number of tensors alive in this thread: for leak tests. */
export const countTensors = (): number => tf.memory().numTensors;

function tensorsIn(value: unknown): Tensor[] {
  if (value instanceof tf.Tensor) return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(tensorsIn) : [];
}
