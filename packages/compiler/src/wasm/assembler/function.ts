import { f32Instructions, f64Instructions, i32Instructions, i64Instructions } from './scalar.js';
import { type I32, stacked, typeCodes, type Value, type ValueType } from './values.js';
import { f32x4Instructions, f64x2Instructions, i32x4Instructions, i64x2Instructions, v128Instructions } from './vector.js';
import type { Writer } from './writer.js';

/** A variable of a function. `get` may be passed about as it is: it needs no receiver. */
export interface Local<T extends ValueType = ValueType> {
  readonly type: T;
  readonly index: number;
  readonly get: () => Value<T>;
  readonly set: (value: Value<T>) => void;
  /** Sets the variable and leaves the value on the stack. */
  readonly tee: (value: Value<T>) => Value<T>;
}

/** A place to branch to: the end of a block, the start of a loop. */
export interface Label {
  readonly depth: number;
}

/** What can be called. */
export interface FunctionRef {
  readonly index: number;
  readonly parameters: readonly ValueType[];
  readonly result?: ValueType;
}

/**
 * Writes the body of one function. Instructions are nested calls: `y.set(f.f32x4.add(x.get(), f.f32x4.const(1)))` writes
 * local.get x, v128.const, f32x4.add, local.set y.
 */
export type FunctionBuilder = ReturnType<typeof functionBuilder>['builder'];

/** All instructions on values, written to `out`. `relaxed` lets `f32x4.madd` use relaxed SIMD. */
export const instructionsOf = (out: Writer, relaxed: boolean) => ({
  relaxed,
  i32: i32Instructions(out),
  i64: i64Instructions(out),
  f32: f32Instructions(out),
  f64: f64Instructions(out),
  v128: v128Instructions(out),
  i32x4: i32x4Instructions(out),
  i64x2: i64x2Instructions(out),
  f32x4: f32x4Instructions(out, relaxed),
  f64x2: f64x2Instructions(out),
});

/**
 * A builder of one function, and its bytes once it is written. The functions of a module share `out` and the instructions
 * that write to it, which are some two hundred small functions.
 */
export function functionBuilder(parameters: readonly ValueType[], out: Writer, instructions: ReturnType<typeof instructionsOf>) {
  const start = out.length;
  const types: ValueType[] = [...parameters];
  const free: Local[] = [];
  let opened: Local[] = [];
  let depth = 0;
  const { relaxed, i32, i64, f32, f64, v128, i32x4, i64x2, f32x4, f64x2 } = instructions;

  const localAt = <T extends ValueType>(index: number, type: T): Local<T> => ({
    type,
    index,
    get: () => {
      out.byte(0x20);
      out.unsigned(index);
      return stacked[type] as Value as Value<T>;
    },
    set: () => {
      out.byte(0x21);
      out.unsigned(index);
    },
    tee: () => {
      out.byte(0x22);
      out.unsigned(index);
      return stacked[type] as Value as Value<T>;
    },
  });

  const structure = (code: number, body: (label: Label) => void): void => {
    out.byte(code);
    out.byte(0x40);
    body({ depth: ++depth });
    depth--;
    out.byte(0x0b);
  };

  const builder = {
    relaxed,
    i32,
    i64,
    f32,
    f64,
    v128,
    i32x4,
    i64x2,
    f32x4,
    f64x2,

    /** A variable, of undefined content; it lasts to the end of the innermost `scope`. */
    local<T extends ValueType>(type: T): Local<T> {
      const reused = free.findLastIndex((local) => local.type === type);
      const local = reused < 0 ? localAt(types.push(type) - 1, type) : (free.splice(reused, 1)[0] as unknown as Local<T>);
      opened.push(local as unknown as Local);
      return local;
    },
    /** Several at once. */
    locals<T extends ValueType>(type: T, count: number): Local<T>[] {
      return Array.from({ length: count }, () => builder.local(type));
    },
    /** Variables made in the body are used anew after it. */
    scope<R>(body: () => R): R {
      const outer = opened;
      opened = [];
      const result = body();
      free.push(...opened.toReversed());
      opened = outer;
      return result;
    },
    /** Branching to the label leaves the block. */
    block: (body: (label: Label) => void): void => structure(0x02, body),
    /** Branching to the label starts the loop again; falling through leaves it. */
    loop: (body: (label: Label) => void): void => structure(0x03, body),
    if(_condition: I32, then: () => void, otherwise?: () => void): void {
      structure(0x04, () => {
        then();
        if (!otherwise) return;
        out.byte(0x05);
        otherwise();
      });
    },
    br(label: Label): void {
      out.byte(0x0c);
      out.unsigned(depth - label.depth);
    },
    brIf(label: Label, _condition: I32): void {
      out.byte(0x0d);
      out.unsigned(depth - label.depth);
    },
    return(_value?: Value): void {
      out.byte(0x0f);
    },
    unreachable(): void {
      out.byte(0x00);
    },
    drop(_value: Value): void {
      out.byte(0x1a);
    },
    /** a where the condition is not 0, else b; both are computed. Not for v128. */
    select<T extends 'i32' | 'i64' | 'f32' | 'f64'>(a: Value<T>, _b: Value<T>, _condition: I32): Value<T> {
      out.byte(0x1b);
      return a;
    },
    /** Calls a function. Its result, if it has one, is on the stack. */
    call(callee: FunctionRef, ..._operands: readonly Value[]): Value {
      out.byte(0x10);
      out.unsigned(callee.index);
      return stacked[callee.result ?? 'i32'];
    },
    /** Repeats the body while the condition holds, tested before each turn. */
    while(condition: () => I32, body: () => void): void {
      builder.block((end) =>
        builder.loop((again) => {
          builder.brIf(end, i32.eqz(condition()));
          body();
          builder.br(again);
        }),
      );
    },
    /**
     * The body for each i = start, start + step, … below `end`, all known now. No test before the first turn; nothing is
     * written if there is none, no loop if there is one.
     */
    range(i: Local<'i32'>, start: number, end: number, step: number, body: () => void): void {
      if (start >= end) return;
      i.set(i32.const(start));
      if (start + step >= end) return body();
      builder.loop((again) => {
        body();
        builder.brIf(again, i32.ltS(i.tee(i32.add(i.get(), i32.const(step))), i32.const(end)));
      });
    },
    /** `local += bytes`. */
    advance(local: Local<'i32'>, bytes: number): void {
      if (bytes !== 0) local.set(i32.add(local.get(), i32.const(bytes)));
    },
  };

  return {
    builder,
    parameters: parameters.map((type, index) => localAt(index, type)),
    /** The function's entry of the code section, taken out of `out`. */
    code(): Uint8Array<ArrayBuffer> {
      const body = out.cut(start);
      const runs: { type: ValueType; count: number }[] = [];
      for (const type of types.slice(parameters.length)) {
        if (runs.at(-1)?.type === type) runs[runs.length - 1].count++;
        else runs.push({ type, count: 1 });
      }
      out.unsigned(runs.length);
      for (const { type, count } of runs) {
        out.unsigned(count);
        out.byte(typeCodes[type]);
      }
      out.append(body);
      out.byte(0x0b);
      return out.cut(start);
    },
  };
}
