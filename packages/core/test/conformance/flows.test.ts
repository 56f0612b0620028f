// Runs alone: it changes the backend of TensorFlow.js.
import test from 'ava';
import type { AdvectError } from '@advect/base/errors';
import { fieldFromConfig } from '#src/field/index.js';
import { type BackendName, countTensors, ready } from '#src/tensor/index.js';
import { type Executor, flowLaws, groundOf } from './flow-laws.js';
import { subjects } from './flow-subjects.js';

/** Who computes in Node: every executor, and the backends of TensorFlow.js below the eager one. For a page see `page.test.ts`. */
const platforms: readonly { readonly executor: Executor; readonly backend: BackendName }[] = [
  { executor: 'wasm', backend: 'wasm' },
  { executor: 'eager', backend: 'wasm' },
  { executor: 'eager', backend: 'cpu' },
  { executor: 'onnx', backend: 'wasm' },
];

test('every kind of field that a file may name is among the subjects', (t) => {
  const { hint } = t.throws<AdvectError>(() => fieldFromConfig({ kind: 'none' }));
  const kinds = /The kinds are: (.*)\./.exec(hint)![1].split(', ');
  const held = Object.values(subjects).map((subject) => groundOf(subject, 'wasm').flow.field.config.kind);
  t.deepEqual(kinds.toSorted(), [...new Set(held)].toSorted());
});

for (const { executor, backend } of platforms) {
  for (const [name, subject] of Object.entries(subjects)) {
    test.serial(`${executor} over ${backend}: ${name}`, async (t) => {
      await ready({ backend });
      const ground = groundOf(subject, executor);
      const before = countTensors();
      for (const [law, hold] of Object.entries(flowLaws)) {
        await hold(t, ground);
        t.is(countTensors(), before, `a tensor is left: ${law}`);
      }
    });
  }
}
