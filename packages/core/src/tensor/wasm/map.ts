import type { FunctionBuilder, ModuleBuilder, V128 } from '@advect/compiler/assembler';

/** A function of each of `count` floats from `x`, written to `y`; `of` is its code for four on the stack. */
export function defineMap(module: ModuleBuilder, name: string, of: (f: FunctionBuilder, x: V128) => V128): void {
  module.define({ name, parameters: { x: 'i32', y: 'i32', count: 'i32' } }, (f, { x, y, count }) => {
    const value = f.local('v128');
    const loop = (lanes: number, load: () => V128, store: () => void): void =>
      f.while(
        () => f.i32.geS(count.get(), f.i32.const(lanes)),
        () => {
          value.set(of(f, load()));
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
