import test from 'ava';
import { graphBuilder } from '#src/graph/index.js';
import { onnxProgram, type OnnxProgramOptions } from '#src/onnx/index.js';

export const dense = () => {
  const b = graphBuilder();
  const x = b.input('x', [4, 3], { rowAxis: 0 });
  const w = b.input('w', [3, 2], { kind: 'parameter' });
  return b.finish([{ name: 'y', id: b.matmul(x, w) }]);
};

/** What a program promises, whichever ONNX Runtime computes it. */
export function testProgram(options: OnnxProgramOptions): void {
  test('a program keeps its parameters, fills given arrays and takes any number of rows', async (t) => {
    const program = await onnxProgram(dense(), { threads: 1, ...options });
    program.bind({ w: Float32Array.of(1, 2, 3, 4, 5, 6) });
    const y = new Float32Array(2);
    const results = await program.run({ x: Float32Array.of(1, 0, -1) }, { y });
    t.is(results.y, y);
    t.deepEqual([...y], [-4, -4]);
    program.bind({ w: Float32Array.of(1, 1, 1, 1, 1, 1) });
    t.deepEqual([...(await program.run({ x: Float32Array.of(1, 2, 3, 4, 5, 6) })).y], [6, 6, 15, 15]);
    program.dispose();
  });

  test('runs at the same time do not meet, and those under way when the program is disposed of still answer', async (t) => {
    const program = await onnxProgram(dense(), { threads: 2, ...options });
    program.bind({ w: Float32Array.of(1, 2, 3, 4, 5, 6) });
    const runs = [1, 700, 3].map(async (rows) => program.run({ x: new Float32Array(3 * rows).fill(rows) }));
    program.bind({ w: new Float32Array(6) });
    program.dispose();
    program.dispose();
    const results = await Promise.all(runs);
    t.deepEqual(
      results.map(({ y }) => [y.length, y[0], y.at(-1)]),
      [1, 700, 3].map((rows) => [2 * rows, 9 * rows, 12 * rows]),
    );
    await t.throwsAsync(async () => program.run({ x: new Float32Array(3) }), { code: 'invalid-value' });
  });
}
