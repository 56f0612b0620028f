import type { DType } from '../graph/index.js';
import { binaryFunctions, unaryFunctions } from './functions.js';
import { entriesAt, places, repeatedStrides } from './places.js';
import type { Evaluate, Value } from './value.js';

/** An operand's entries, repeated to fill `shape`. */
const repeated = ({ shape: from, data }: Value, shape: readonly number[]): Float64Array =>
  from.join() === shape.join() ? data : entriesAt(data, places(shape, repeatedStrides(from, shape)));

export const unary: Evaluate<'unary'> = ({ f }, [x]) => x.data.map((entry) => unaryFunctions[f](entry));

export const binary: Evaluate<'binary'> = ({ f, shape }, [a, b]) => {
  const apply = binaryFunctions[f];
  const others = repeated(b, shape);
  return repeated(a, shape).map((entry, i) => apply(entry, others[i]));
};

export const select: Evaluate<'select'> = ({ shape }, operands) => {
  const [condition, a, b] = operands.map((operand) => repeated(operand, shape));
  return condition.map((entry, i) => (entry === 0 ? b[i] : a[i]));
};

const casts: { readonly [D in DType]: (x: number) => number } = {
  float32: (x) => x,
  int32: Math.trunc,
  bool: (x) => Number(x !== 0),
};

export const cast: Evaluate<'cast'> = ({ dtype }, [x]) => x.data.map((entry) => casts[dtype](entry));

export const broadcast: Evaluate<'broadcast'> = ({ shape }, [x]) => repeated(x, shape);
