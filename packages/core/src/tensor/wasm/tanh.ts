import type { ModuleBuilder, V128 } from '@advect/compiler/assembler';
import { unary } from '@advect/compiler/math';

/** tanh of `count` floats from `x` to `y`, to a relative error of 4e-7. */
export function defineTanh(module: ModuleBuilder, name: string): void {
  module.define({ name, parameters: { x: 'i32', y: 'i32', count: 'i32' } }, (f, { x, y, count }) => {
    const value = f.local('v128');
    const loop = (lanes: number, load: () => V128, store: () => void): void =>
      f.while(
        () => f.i32.geS(count.get(), f.i32.const(lanes)),
        () => {
          value.set(unary(f, 'tanh', load()));
          store();
          f.advance(x, 4 * lanes);
          f.advance(y, 4 * lanes);
          f.advance(count, -lanes);
        },
      );
    loop(
      4,
      () => f.v128.load(x.get()),
      () => f.v128.store(y.get(), value.get()),
    );
    loop(
      1,
      () => f.v128.load32Zero(x.get()),
      () => f.v128.store32Lane(y.get(), value.get(), 0),
    );
  });
}
