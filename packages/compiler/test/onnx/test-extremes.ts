import test from 'ava';
import { graphBuilder } from '#src/graph/index.js';
import { interpret } from '#src/interpret/index.js';
import { onnxProgram, type OnnxProgramOptions } from '#src/onnx/index.js';
import { binaryNames, unaryNames } from './cases.js';

const SIZES = [0, 1e-45, 1e-40, 1e-20, 1e-8, 1e-3, 0.3, 0.5, 1, 1.5, 2.5, 7, 20, 88, 100, 1e5, 1e30, 3e38, Infinity];
const EXTREMES = [NaN, ...SIZES, ...SIZES.map((size) => -size)].map(Math.fround);

/** Equal to 1e-6 relative, and in what is infinite or NaN. The least denormals count as 1e-36. */
const alike = (ours: number, theirs: number): boolean =>
  Object.is(ours, theirs) || ours === theirs || Math.abs(ours - theirs) <= 1e-6 * Math.max(Math.abs(theirs), 1e-30);

/** Functions of extreme numbers by ONNX Runtime against JavaScript's. */
export function testExtremes(options: OnnxProgramOptions): void {
  test('extreme numbers: functions of one entry', async (t) => {
    const b = graphBuilder();
    const x = b.input('x', [EXTREMES.length], { rowAxis: 0 });
    const graph = b.finish(unaryNames.map((f) => ({ name: f, id: b.unary(f, x) })));
    const program = await onnxProgram(graph, { threads: 1, ...options });
    const args = { x: Float32Array.from(EXTREMES) };
    const ours = await program.run(args);
    const theirs = interpret(graph, args, { round: Math.fround });
    for (const f of unaryNames) {
      for (const [i, input] of EXTREMES.entries()) t.true(alike(ours[f][i], theirs[f][i]), `${f}(${input}) = ${ours[f][i]}`);
    }
    program.dispose();
  });

  test('extreme numbers: functions of two entries', async (t) => {
    const count = EXTREMES.length ** 2;
    const b = graphBuilder();
    const [x, y] = [b.input('x', [count], { rowAxis: 0 }), b.input('y', [count], { rowAxis: 0 })];
    const graph = b.finish(binaryNames.map((f) => ({ name: f, id: b.binary(f, x, y) })));
    const program = await onnxProgram(graph, { threads: 1, ...options });
    const args = {
      x: Float32Array.from({ length: count }, (_, i) => EXTREMES[i % EXTREMES.length]),
      y: Float32Array.from({ length: count }, (_, i) => EXTREMES[Math.floor(i / EXTREMES.length)]),
    };
    const ours = await program.run(args);
    const theirs = interpret(graph, args, { round: Math.fround });
    for (const f of binaryNames) {
      const wrong = [...args.x.keys()].filter((i) => !alike(ours[f][i], theirs[f][i])).map((i) => [args.x[i], args.y[i], ours[f][i]]);
      // C's pow gives 1 for a base of 1, and of −1 with an infinite exponent, where JavaScript gives NaN.
      const known = f === 'pow' ? wrong.filter(([base, , power]) => Math.abs(base) === 1 && power === 1) : [];
      t.deepEqual(wrong, known, f);
    }
    program.dispose();
  });

  test('extreme numbers: reductions propagate NaN from every place, and only then', async (t) => {
    const b = graphBuilder();
    const x = b.input('x', [4, 3], { rowAxis: 0 });
    const graph = b.finish((['sum', 'product', 'max', 'min'] as const).map((f) => ({ name: f, id: b.reduce(f, x, [1]) })));
    const program = await onnxProgram(graph, { threads: 1, ...options });
    const args = { x: Float32Array.of(NaN, 1, 2, 1, 2, NaN, -Infinity, Infinity, 3, -0, 5, 1e30) };
    const ours = await program.run(args);
    for (const [f, theirs] of Object.entries(interpret(graph, args, { round: Math.fround }))) {
      theirs.forEach((value, i) => t.true(alike(ours[f][i], value), `${f} of row ${i}: ${ours[f][i]}`));
    }
    program.dispose();
  });
}
