import { cnf, guide, type NdArray } from '@advect/core';
import test from 'ava';
import type { PictureSet } from '#src/data/picture-set.js';
import { openModel } from '#src/files/open.js';
import { flowOf } from '#src/model/flow-of.js';
import { pictureTraining } from '#src/model/training.js';

const none = { count: 0, pixels: new Uint8Array(0), labels: new Int32Array(0) };
const settings = { steps: 1, batch: 2, learningRate: 1e-3, weightDecay: 0, labelDropout: 0.25, seed: 5 };

test('pairs of reflow are where the guided field takes their noise, each class in turn and a share without one', async (t) => {
  const model = await openModel('digits8');
  const flow = await flowOf(model);
  const set: PictureSet = { ...model.form, name: 'n', credit: { title: 'n', licence: 'n' }, train: none, test: none };
  const { data } = await pictureTraining(flow, set, { ...settings, objective: 'reflow', pairs: 8, guidance: 3 });
  const { x0, x1, labels } = data as { x0: NdArray; x1: NdArray; labels: Int32Array };
  t.deepEqual([...labels], [0, 1, 2, -1, 4, 5, 6, -1]);

  const bare = cnf({ field: guide(flow, { scale: 3 }).field, base: flow.base, parameters: flow.parameters });
  const { x } = await bare.decode(x0, { label: labels, rtol: 1e-5, atol: 1e-5 });
  const off = Math.max(...x.data.map((v, i) => Math.abs(v - x1.data[i])));
  t.true(off < 2e-2, `${off} in units of a pixel's deviation`);
});
