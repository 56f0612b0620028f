import { type FunctionBuilder, type Local, moduleBuilder, type V128 } from '@advect/compiler/assembler';
import { artanh, centre, LN2, shoulder, SQRT2 } from './quantile-numbers.js';
import { PARITY } from './threefry.js';

/** What the module exports. Addresses are bytes, words and rows are made in fours: what is filled ends at a multiple of that. */
export interface NormalExports {
  /** Two words for each of consecutive blocks from counter (c0, c1) on. */
  words(at: number, k0: number, k1: number, c0: number, c1: number, blocks: number): void;
  /**
   * Words of rows of `width`, for children `first`, … of a key, whose upper counter is `child`; each row is one key's words
   * under the upper counter `domain`.
   */
  rowWords(at: number, k0: number, k1: number, first: number, child: number, domain: number, rows: number, width: number): void;
  /** Replaces words by their normal quantiles as float32; `table` is where the numbers are. */
  quantiles(at: number, count: number, table: number): void;
}

/** The module's bytes, and the doubles of the table that its memory `env.memory` is to hold. */
export function normalCode(): { bytes: Uint8Array<ArrayBuffer>; numbers: Float64Array } {
  const module = moduleBuilder({ memory: { module: 'env', name: 'memory', initial: 1 } });
  const numbers: number[] = [];
  const addressOf = (value: number): number => 8 * (numbers.includes(value) ? numbers.indexOf(value) : numbers.push(value) - 1);

  module.define(
    { name: 'words', parameters: { at: 'i32', k0: 'i32', k1: 'i32', c0: 'i32', c1: 'i32', blocks: 'i32' } },
    (f, { at, k0, k1, c0, c1, blocks }) => {
      const keys = [f.local('v128'), f.local('v128')] as const;
      const [counter, x0, x1] = f.locals('v128', 3);
      keys[0].set(f.i32x4.splat(k0.get()));
      keys[1].set(f.i32x4.splat(k1.get()));
      counter.set(f.i32x4.add(f.i32x4.splat(c0.get()), f.i32x4.consts([0, 1, 2, 3])));
      f.while(
        () => f.i32.gtS(blocks.get(), f.i32.const(0)),
        () => {
          x0.set(counter.get());
          x1.set(f.i32x4.splat(c1.get()));
          threefryVector(f, keys, x0, x1);
          f.v128.store(at.get(), f.v128.shuffle32(x0.get(), x1.get(), [0, 4, 1, 5]));
          f.v128.store(at.get(), f.v128.shuffle32(x0.get(), x1.get(), [2, 6, 3, 7]), 16);
          f.advance(at, 32);
          counter.set(f.i32x4.add(counter.get(), f.i32x4.const(4)));
          blocks.set(f.i32.sub(blocks.get(), f.i32.const(4)));
        },
      );
    },
  );

  module.define(
    {
      name: 'rowWords',
      parameters: { at: 'i32', k0: 'i32', k1: 'i32', first: 'i32', child: 'i32', domain: 'i32', rows: 'i32', width: 'i32' },
    },
    (f, { at, k0, k1, first, child, domain, rows, width }) => {
      const parent = [f.local('v128'), f.local('v128')] as const;
      const keys = [f.local('v128'), f.local('v128')] as const;
      const [index, x0, x1] = f.locals('v128', 3);
      const [block, place, pitch] = f.locals('i32', 3);
      parent[0].set(f.i32x4.splat(k0.get()));
      parent[1].set(f.i32x4.splat(k1.get()));
      index.set(f.i32x4.add(f.i32x4.splat(first.get()), f.i32x4.consts([0, 1, 2, 3])));
      pitch.set(f.i32.shl(width.get(), f.i32.const(2)));
      const storeLanes = (x: Local<'v128'>, offset: number): void => {
        for (const lane of [0, 1, 2, 3]) {
          f.v128.store32Lane(f.i32.add(place.get(), f.i32.mul(pitch.get(), f.i32.const(lane))), x.get(), lane, offset);
        }
      };
      f.while(
        () => f.i32.gtS(rows.get(), f.i32.const(0)),
        () => {
          keys[0].set(index.get());
          keys[1].set(f.i32x4.splat(child.get()));
          threefryVector(f, parent, keys[0], keys[1]);
          block.set(f.i32.const(0));
          place.set(at.get());
          f.while(
            () => f.i32.ltS(f.i32.shl(block.get(), f.i32.const(1)), width.get()),
            () => {
              x0.set(f.i32x4.splat(block.get()));
              x1.set(f.i32x4.splat(domain.get()));
              threefryVector(f, keys, x0, x1);
              storeLanes(x0, 0);
              f.if(f.i32.ltS(f.i32.add(f.i32.shl(block.get(), f.i32.const(1)), f.i32.const(1)), width.get()), () => storeLanes(x1, 4));
              f.advance(block, 1);
              f.advance(place, 8);
            },
          );
          index.set(f.i32x4.add(index.get(), f.i32x4.const(4)));
          at.set(f.i32.add(at.get(), f.i32.shl(pitch.get(), f.i32.const(2))));
          rows.set(f.i32.sub(rows.get(), f.i32.const(4)));
        },
      );
    },
  );

  module.define({ name: 'quantiles', parameters: { at: 'i32', count: 'i32', table: 'i32' } }, (f, { at, count, table }) => {
    const number: Constant = (value) => f.v128.load64Splat(table.get(), addressOf(value));
    const low = f.local('v128');
    const pair = (lanes: readonly [number, number, number, number]): V128 =>
      f.scope(() =>
        f.f32x4.demoteF64x2Zero(quantileVector(f, number, () => f.v128.shuffle32(f.v128.load(at.get()), f.i32x4.const(0), lanes))),
      );
    f.while(
      () => f.i32.gtS(count.get(), f.i32.const(0)),
      () => {
        low.set(pair([0, 4, 1, 4]));
        const high = f.local('v128');
        high.set(pair([2, 4, 3, 4]));
        f.v128.store(at.get(), f.v128.shuffle32(low.get(), high.get(), [0, 1, 4, 5]));
        f.advance(at, 16);
        count.set(f.i32.sub(count.get(), f.i32.const(4)));
      },
    );
  });
  return { bytes: module.bytes(), numbers: Float64Array.from(numbers) };
}

/** Of the odd groups of rounds, and of the even ones. */
const ROTATIONS = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;

/** `threefry` in four lanes: the counters in x0 and x1 become words. */
function threefryVector(f: FunctionBuilder, [k0, k1]: readonly [Local<'v128'>, Local<'v128'>], x0: Local<'v128'>, x1: Local<'v128'>): void {
  const { add, shl, shrU } = f.i32x4;
  f.scope(() => {
    const k2 = f.local('v128');
    k2.set(f.v128.xor(f.v128.xor(k0.get(), k1.get()), f.i32x4.const(PARITY)));
    const keys = [k0, k1, k2];
    x0.set(add(x0.get(), k0.get()));
    x1.set(add(x1.get(), k1.get()));
    for (let group = 1; group <= 5; group++) {
      for (const bits of ROTATIONS[(group - 1) % 2]) {
        x0.set(add(x0.get(), x1.get()));
        x1.set(f.v128.xor(f.v128.or(shl(x1.get(), f.i32.const(bits)), shrU(x1.get(), f.i32.const(32 - bits))), x0.get()));
      }
      x0.set(add(x0.get(), keys[group % 3].get()));
      x1.set(add(x1.get(), add(keys[(group + 1) % 3].get(), f.i32x4.const(group))));
    }
  });
}

type Constant = (value: number) => V128;

/** `normalQuantile` in two lanes, operation by operation, hence bit for bit. `words` pushes two words, widened with zeros. */
function quantileVector(f: FunctionBuilder, number: Constant, words: () => V128): V128 {
  const { add, sub, mul, div, sqrt, abs, neg, lt } = f.f64x2;
  const [odd, q, r, inside, outside, beyond, sum] = f.locals('v128', 7);
  const horner = (c: readonly number[], x: Local<'v128'>): V128 => {
    sum.set(number(c[c.length - 1]));
    for (const each of c.slice(0, -1).toReversed()) sum.set(add(mul(sum.get(), x.get()), number(each)));
    return sum.get();
  };
  /** A whole number below 2^52, in the bits of a lane, as a double. */
  const wholeOf = (bits: () => V128, less: number): V128 => sub(f.v128.or(bits(), number(2 ** 52)), number(2 ** 52 + less));

  odd.set(add(mul(wholeOf(words, 0), number(2)), number(1)));
  q.set(sub(mul(odd.get(), number(2 ** -33)), number(0.5)));
  r.set(sub(number(0.180625), mul(q.get(), q.get())));
  inside.set(mul(q.get(), horner(centre.numerator, r)));
  inside.set(div(inside.get(), horner(centre.denominator, r)));
  beyond.set(f.f64x2.gt(abs(q.get()), number(0.425)));
  f.if(f.v128.anyTrue(beyond.get()), () => {
    const [tail, exponent, large, s, square] = f.locals('v128', 5);
    tail.set(f.v128.bitselect(odd.get(), sub(number(2 ** 33), odd.get()), lt(q.get(), number(0))));
    exponent.set(wholeOf(() => f.i64x2.shrU(tail.get(), f.i32.const(52)), 1023));
    tail.set(f.v128.or(f.v128.and(tail.get(), f.i64x2.const(0xfffffffffffffn)), number(1)));
    large.set(f.f64x2.gt(tail.get(), number(SQRT2)));
    exponent.set(add(exponent.get(), f.v128.and(large.get(), number(1))));
    tail.set(mul(tail.get(), f.v128.bitselect(number(0.5), number(1), large.get())));
    s.set(div(sub(tail.get(), number(1)), add(tail.get(), number(1))));
    square.set(mul(s.get(), s.get()));
    s.set(mul(mul(number(2), s.get()), horner(artanh, square)));
    s.set(add(mul(exponent.get(), number(LN2)), s.get()));
    r.set(sub(sqrt(sub(number(33 * LN2), s.get())), number(1.6)));
    outside.set(horner(shoulder.numerator, r));
    outside.set(div(outside.get(), horner(shoulder.denominator, r)));
    outside.set(f.v128.bitselect(neg(outside.get()), outside.get(), lt(q.get(), number(0))));
    inside.set(f.v128.bitselect(outside.get(), inside.get(), beyond.get()));
  });
  return inside.get();
}
