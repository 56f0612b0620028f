/**
 * A velocity field of one's own, in TensorFlow.js operations, made a flow: its samples and exact log-densities are computed by
 * a compiled program without the field's doing anything for it. Here the same is asked of TensorFlow.js, kernel by kernel.
 *
 *   node examples/compile.mjs
 *
 * Elsewhere than in this repository the two imports are '@advect/core' and '@tensorflow/tfjs'.
 */
import { cnf } from '../packages/core/dist/index.js';
import { tf } from '../packages/core/dist/tensor/index.js';

const wave = (n, step, size) => Float32Array.from({ length: n }, (_, i) => size * Math.sin(step * (i + 1) ** 1.5));

/** Sixteen places in the plane, each of which pushes what is near it in a direction of its own, most at half time. */
const pushes = {
  config: { kind: 'pushes' },
  event: [2],
  conditionDim: 0,
  init: () => ({ places: { shape: [1, 16, 2], data: wave(32, 0.7, 2) }, directions: { shape: [16, 2], data: wave(32, 1.3, 1.5) } }),
  velocity({ places, directions }, { x, t }) {
    const nearness = tf.exp(tf.neg(tf.sum(tf.squaredDifference(tf.expandDims(x, 1), places), 2)));
    const strength = tf.reshape(tf.sin(tf.mul(t, Math.PI)), [-1, 1]);
    return tf.mul(tf.matMul(nearness, directions), strength);
  },
};

const flow = cnf({ field: pushes });
const [side, width] = [61, 12];
const at = (i) => width * (i / (side - 1) - 0.5);
const grid = Array.from({ length: side * side }, (_, i) => [at(i % side), at(Math.floor(i / side))]);

/** The log-density on the grid, by one executor; the second of two runs is timed, as the first one compiles. */
async function measured(executor) {
  await flow.logProb(grid, { executor });
  const start = performance.now();
  const { logProb, report } = await flow.logProb(grid, { executor });
  return { logProb, report, milliseconds: performance.now() - start };
}

const compiled = await measured('auto');
const eager = await measured('eager');
const mass = compiled.logProb.reduce((sum, value) => sum + Math.exp(value), 0) * (width / (side - 1)) ** 2;
const apart = Math.max(...compiled.logProb.map((value, i) => Math.abs(value - eager.logProb[i])));

console.log(`the density of ${grid.length} points adds up to ${mass.toFixed(3)}`);
console.log(`compiled and eager differ by less than 0.001 nats: ${apart < 1e-3}`);
for (const { report, milliseconds } of [compiled, eager]) {
  console.log(
    `${report.executor.executor}: ${milliseconds.toFixed(0)} ms, ${report.evaluations} evaluations of the field (${report.executor.reason})`,
  );
}
