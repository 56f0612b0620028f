import { moduleBuilder, type V128 } from '@advect/compiler/assembler';

/** What the module exports: addresses in bytes, of arrays that end at a multiple of four numbers. See `adamUpdate` and `emaUpdate`. */
export interface UpdateExports {
  adam(
    weights: number,
    gradients: number,
    m: number,
    v: number,
    count: number,
    beta1: number,
    beta2: number,
    rate: number,
    floor: number,
    keep: number,
  ): void;
  ema(average: number, weights: number, count: number, share: number): void;
}

/** The module's bytes. Its memory is `env.memory`. Numbers are widened to float64 in pairs, worked out there, and rounded as they are stored. */
export function updateCode(): Uint8Array<ArrayBuffer> {
  const module = moduleBuilder({ memory: { module: 'env', name: 'memory', initial: 1 } });
  module.define(
    {
      name: 'adam',
      parameters: {
        weights: 'i32',
        gradients: 'i32',
        m: 'i32',
        v: 'i32',
        count: 'i32',
        beta1: 'f64',
        beta2: 'f64',
        rate: 'f64',
        floor: 'f64',
        keep: 'f64',
      },
    },
    (f, { weights, gradients, m, v, count, beta1, beta2, rate, floor, keep }) => {
      const { add, sub, mul, div, sqrt, splat } = f.f64x2;
      const [b1, c1, b2, c2, step, least, kept] = f.locals('v128', 7);
      b1.set(splat(beta1.get()));
      c1.set(sub(f.f64x2.const(1), b1.get()));
      b2.set(splat(beta2.get()));
      c2.set(sub(f.f64x2.const(1), b2.get()));
      step.set(splat(rate.get()));
      least.set(splat(floor.get()));
      kept.set(splat(keep.get()));
      const [g, first, second, moved] = f.locals('v128', 4);
      const arrays = { weights: f.locals('v128', 2), m: f.locals('v128', 2), v: f.locals('v128', 2) };
      const pair = (half: 0 | 1, load: () => V128): V128 =>
        f.f64x2.promoteLowF32x4(half === 0 ? load() : f.v128.shuffle32(load(), f.i32x4.const(0), [2, 3, 4, 4]));
      f.while(
        () => f.i32.gtS(count.get(), f.i32.const(0)),
        () => {
          for (const half of [0, 1] as const) {
            g.set(pair(half, () => f.v128.load(gradients.get())));
            first.set(
              add(
                mul(
                  b1.get(),
                  pair(half, () => f.v128.load(m.get())),
                ),
                mul(c1.get(), g.get()),
              ),
            );
            second.set(
              add(
                mul(
                  b2.get(),
                  pair(half, () => f.v128.load(v.get())),
                ),
                mul(mul(c2.get(), g.get()), g.get()),
              ),
            );
            moved.set(div(mul(step.get(), first.get()), add(sqrt(second.get()), least.get())));
            moved.set(
              sub(
                mul(
                  kept.get(),
                  pair(half, () => f.v128.load(weights.get())),
                ),
                moved.get(),
              ),
            );
            arrays.m[half].set(f.f32x4.demoteF64x2Zero(first.get()));
            arrays.v[half].set(f.f32x4.demoteF64x2Zero(second.get()));
            arrays.weights[half].set(f.f32x4.demoteF64x2Zero(moved.get()));
          }
          for (const [at, [low, high]] of [
            [m, arrays.m],
            [v, arrays.v],
            [weights, arrays.weights],
          ] as const) {
            f.v128.store(at.get(), f.v128.shuffle32(low.get(), high.get(), [0, 1, 4, 5]));
            f.advance(at, 16);
          }
          f.advance(gradients, 16);
          f.advance(count, -4);
        },
      );
    },
  );
  module.define(
    { name: 'ema', parameters: { average: 'i32', weights: 'i32', count: 'i32', share: 'f64' } },
    (f, { average, weights, count, share }) => {
      const { add, sub, mul, splat } = f.f64x2;
      const [part, mean] = f.locals('v128', 2);
      part.set(splat(share.get()));
      f.while(
        () => f.i32.gtS(count.get(), f.i32.const(0)),
        () => {
          mean.set(f.f64x2.promoteLowF32x4(f.v128.load64Zero(average.get())));
          mean.set(add(mean.get(), mul(part.get(), sub(f.f64x2.promoteLowF32x4(f.v128.load64Zero(weights.get())), mean.get()))));
          f.v128.store64Lane(average.get(), f.f32x4.demoteF64x2Zero(mean.get()), 0);
          f.advance(average, 8);
          f.advance(weights, 8);
          f.advance(count, -2);
        },
      );
    },
  );
  return module.bytes();
}
