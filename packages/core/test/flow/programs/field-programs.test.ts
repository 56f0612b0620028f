import test from 'ava';
import { endpointField, transformerNetwork } from '#src/field/index.js';
import { fieldLogits, withPrograms } from '#src/flow/programs/index.js';
import { key, normals, split } from '#src/random/index.js';
import { ready, tf } from '#src/tensor/index.js';

test.before(async () => void (await ready()));

test("compiled logits are the field's own, for rows with a condition and for rows without", async (t) => {
  const network = transformerNetwork({
    input: [3, 2],
    output: [3, 3],
    model: 8,
    layers: 1,
    heads: 2,
    conditionDim: 2,
    lastLayer: 'random',
  });
  const codebook = [
    [1, 0],
    [0, 1],
    [-1, -1],
  ];
  const field = endpointField({ network, codebook, evidence: 'logits' });
  // Off the zeros that a new network has where its condition comes in.
  const parameters = Object.fromEntries(
    Object.entries(field.init(key(1))).map(([name, { shape, data }]) => {
      const noise = normals(split(key(3), name), data.length);
      return [name, { shape, data: data.map((value, i) => value + 0.2 * noise[i]) }];
    }),
  );
  const [rows, time] = [2, 0.4];
  const x = normals(key(2), 6 * rows);
  const conditions = [undefined, [1, 0, 0, 1], [0, 1, 1, 0]].map((data) => data && { shape: [rows, 2], data: Float32Array.from(data) });
  const compiled = await withPrograms(field, parameters, { executor: 'wasm', threads: 1 }, async (programs) => {
    const found: Float32Array[] = [];
    for (const condition of conditions) found.push((await fieldLogits(programs, field, parameters, x, time, condition)).slice());
    return found;
  });
  const direct = conditions.map((condition) =>
    tf.tidy(() => {
      const weights = Object.fromEntries(Object.entries(parameters).map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]));
      const given = condition && { condition: tf.tensor2d(condition.data, [rows, 2]) };
      return field.logits(weights, { x: tf.tensor3d(x, [rows, 3, 2]), t: tf.tensor1d([time]), ...given }).dataSync();
    }),
  );
  compiled.forEach((logits, i) => {
    t.is(logits.length, direct[i].length);
    logits.forEach((value, k) => t.true(Math.abs(value - direct[i][k]) < 1e-4, `case ${i}, number ${k}: ${value} and ${direct[i][k]}`));
  });
  const apart = (a: Float32Array, b: Float32Array): number => Math.max(...a.map((value, k) => Math.abs(value - b[k])));
  t.true(apart(compiled[1], compiled[0]) > 1e-2 && apart(compiled[1], compiled[2]) > 1e-2, 'the condition matters');
});
