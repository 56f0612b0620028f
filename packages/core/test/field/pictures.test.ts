import test from 'ava';
import { conv, dit, fieldFromConfig, unet, type VelocityField } from '#src/field/index.js';
import { cnf } from '#src/flow/index.js';
import { loadModel, saveModel } from '#src/model/index.js';
import { flowMatching } from '#src/objective/flow-matching.js';
import { key, normals, split } from '#src/random/index.js';
import { countTensors, ready, tf, uploadParameters, withScope } from '#src/tensor/index.js';
import { train } from '#src/train/index.js';

test.before(async () => void (await ready()));

const event = [8, 8, 1] as const;
const fields: { readonly [name: string]: VelocityField } = {
  conv: conv({ event, hidden: [16, 16], activation: 'swish', classes: 2 }),
  unet: unet({ event, channels: 8, multipliers: [1, 2], classes: 2 }),
  dit: dit({ event, patch: 2, model: 32, layers: 2, classes: 2 }),
};

/** Upright or lying bars of ones on −1, with a little noise; the class says which. */
function bars(rows: number) {
  const labels = Int32Array.from({ length: rows }, (_, i) => i % 2);
  const noise = normals(key(4), rows * 64);
  const data = noise.map((v, i) => {
    const [row, y, x] = [Math.floor(i / 64), Math.floor(i / 8) % 8, i % 8];
    const at = (row >> 1) % 8;
    return (labels[row] === 0 ? x === at : y === at) ? 1 + 0.1 * v : -1 + 0.1 * v;
  });
  return { x: { shape: [rows, ...event], data }, labels };
}

for (const [name, field] of Object.entries(fields)) {
  test.serial(`${name}: flow matching lowers the loss, samples follow their class, the model is saved and loaded`, async (t) => {
    const flow = cnf({ field });
    const data = bars(64);
    const before = countTensors();
    const losses: number[] = [];
    const run = train(flow, data, { objective: flowMatching({ sigma: 0 }), steps: 80, batch: 32, learningRate: 1e-2, labelDropout: 0.1 });
    for await (const { loss } of run) losses.push(loss);
    const mean = (from: number, to: number): number => losses.slice(from, to).reduce((sum, v) => sum + v, 0) / (to - from);
    const [start, end] = [mean(0, 10), mean(70, 80)];
    t.true(end < 0.5 * start, `${start} before, ${end} after`);
    t.log(`${start} before, ${end} after`);

    const options = { method: 'heun', steps: 12, seed: 5, label: 0 } as const;
    const { x } = await flow.sample(4, options);
    // An upright bar has columns of one brightness: the spread down columns is less than along rows.
    let [down, along] = [0, 0];
    x.data.forEach((v, i) => {
      if (Math.floor(i / 8) % 8 < 7) down += (v - x.data[i + 8]) ** 2;
      if (i % 8 < 7) along += (v - x.data[i + 1]) ** 2;
    });
    t.true(down < along, `${down} down, ${along} along`);

    const again = await loadModel(await saveModel(flow, { name: 'bars' }));
    t.deepEqual(again.field.config, field.config);
    t.deepEqual((await again.sample(4, options)).x.data, x.data);
    t.is(countTensors(), before);
  });

  test.serial(`${name}: fresh with a random last layer, unit noise gives a velocity of order one`, async (t) => {
    const large = fieldFromConfig({ ...field.config, lastLayer: 'random' });
    await withScope((scope) => {
      const parameters = uploadParameters(large.init(split(key(1), 'weights')), scope);
      const u = scope.run(() =>
        large.velocity(parameters, { x: tf.tensor(normals(key(2), 50 * 64), [50, ...event]), t: tf.tensor1d([0.5]) }),
      );
      const size = Math.sqrt(tf.tidy(() => tf.mean(tf.square(u))).dataSync()[0]);
      t.true(size > 0.2 && size < 1.5, `root mean square ${size}`);
      t.true([...u.dataSync()].every(Number.isFinite));
    });
  });
}
