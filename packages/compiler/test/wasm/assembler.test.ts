import test from 'ava';
import { acceptsRelaxedSimd, moduleBuilder } from '#src/wasm/assembler/index.js';

const run = (bytes: Uint8Array<ArrayBuffer>, imports: WebAssembly.Imports = {}): { [name: string]: (...xs: number[]) => number } =>
  new WebAssembly.Instance(new WebAssembly.Module(bytes), imports).exports as never;

test('nested calls write operands in the order of the stack machine', (t) => {
  const module = moduleBuilder();
  module.define({ name: 'f', parameters: { a: 'f64', b: 'f64' }, result: 'f64' }, (f, { a, b }) => {
    f.f64.sub(f.f64.mul(a.get(), f.f64.const(10)), f.f64.div(b.get(), f.f64.const(4)));
  });
  t.is(run(module.bytes())['f'](3, 8), 28);
});

test('integers of every size survive their encoding', (t) => {
  const values = [0, 1, -1, 63, 64, -64, -65, 8191, 8192, -8193, 2 ** 31 - 1, -(2 ** 31), 0xffffffff];
  const module = moduleBuilder();
  values.forEach((value, i) => {
    module.define({ name: `i${i}`, parameters: {}, result: 'i32' }, (f) => void f.i32.const(value));
    module.define({ name: `l${i}`, parameters: {}, result: 'i64' }, (f) => void f.i64.const(BigInt(value) * 0x1_0001n));
  });
  const exports = run(module.bytes());
  values.forEach((value, i) => {
    t.is(exports[`i${i}`](), value | 0);
    t.is(exports[`l${i}`]() as unknown as bigint, BigInt(value) * 0x1_0001n);
  });
});

test('branches reach the label they name, also through other blocks', (t) => {
  const module = moduleBuilder();
  module.define({ name: 'collatz', parameters: { n: 'i32' }, result: 'i32' }, (f, { n }) => {
    const steps = f.local('i32');
    steps.set(f.i32.const(0));
    f.block((done) => {
      f.loop((again) => {
        f.if(f.i32.eq(n.get(), f.i32.const(1)), () => f.br(done));
        f.if(
          f.i32.and(n.get(), f.i32.const(1)),
          () => n.set(f.i32.add(f.i32.mul(n.get(), f.i32.const(3)), f.i32.const(1))),
          () => n.set(f.i32.shrU(n.get(), f.i32.const(1))),
        );
        f.advance(steps, 1);
        f.br(again);
      });
    });
    steps.get();
  });
  t.is(run(module.bytes())['collatz'](27), 111);
});

test('range visits what a for loop visits', (t) => {
  for (const [start, end, step] of [
    [0, 0, 1],
    [0, 1, 4],
    [3, 20, 4],
    [0, 12, 3],
  ]) {
    const module = moduleBuilder();
    module.define({ name: 'f', parameters: {}, result: 'i32' }, (f) => {
      const [i, sum] = f.locals('i32', 2);
      sum.set(f.i32.const(0));
      f.range(i, start, end, step, () => sum.set(f.i32.add(f.i32.mul(sum.get(), f.i32.const(31)), i.get())));
      sum.get();
    });
    let expected = 0;
    for (let i = start; i < end; i += step) expected = (Math.imul(expected, 31) + i) | 0;
    t.is(run(module.bytes())['f'](), expected);
  }
});

test('locals of a scope are used anew after it, by type', (t) => {
  const module = moduleBuilder();
  module.define({ parameters: { a: 'i32' } }, (f) => {
    const first = f.scope(() => [f.local('v128').index, f.local('f32').index]);
    const second = f.scope(() => [f.local('f32').index, f.local('v128').index]);
    t.deepEqual(second, first.toReversed());
    t.not(f.local('i32').index, 0);
  });
  t.true(WebAssembly.validate(module.bytes()));
});

test('functions call imports and each other, over shared memory', (t) => {
  const module = moduleBuilder({ memory: { module: 'env', name: 'memory', initial: 1, maximum: 2, shared: true } });
  const twice = module.import('env', 'twice', ['f32'], 'f32');
  const lane = module.define({ parameters: { at: 'i32' }, result: 'f32' }, (f, { at }) => {
    f.f32x4.extractLane(f.v128.shuffle32(f.v128.load(at.get()), f.v128.load(at.get(), 16), [7, 6, 5, 4]), 1);
  });
  module.define({ name: 'f', parameters: { at: 'i32' }, result: 'f32' }, (f, { at }) => {
    f.call(twice, f.call(lane, at.get()));
  });
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true });
  new Float32Array(memory.buffer, 32, 8).set([1, 2, 3, 4, 5, 6, 7, 8]);
  t.is(run(module.bytes(), { env: { memory, twice: (x: number) => 2 * x } })['f'](32), 14);
});

test('a module of 200 kB is written fast and is valid', (t) => {
  const module = moduleBuilder({ memory: { module: 'env', name: 'memory', initial: 1 } });
  for (let n = 0; n < 20; n++) {
    module.define({ parameters: { at: 'i32' } }, (f, { at }) => {
      for (let i = 0; i < 500; i++) f.v128.store(at.get(), f.f32x4.mul(f.v128.load(at.get(), 16 * i), f.f32x4.const(i)), 16 * i);
    });
  }
  t.true(module.bytes().length > 200_000);
  t.true(WebAssembly.validate(module.bytes()));
});

test('madd is a·b + c, fused or not', (t) => {
  for (const relaxed of acceptsRelaxedSimd() ? [false, true] : [false]) {
    const module = moduleBuilder({ relaxed });
    module.define({ name: 'f', parameters: { a: 'f32', b: 'f32', c: 'f32' }, result: 'f32' }, (f, { a, b, c }) => {
      const wide = f.local('v128');
      wide.set(f.f32x4.splat(c.get()));
      f.f32x4.extractLane(f.f32x4.madd(f.f32x4.splat(a.get()), f.f32x4.splat(b.get()), wide.get), 3);
    });
    t.is(run(module.bytes())['f'](3, 5, 7), 22);
  }
});
