import test from 'ava';
import * as tf from '@tensorflow/tfjs';
import { tf as door } from '@advect/compiler/tensorflow';
import { tf as imported } from '#src/tensorflow/imported.js';
import { tf as required } from '#src/tensorflow/required.js';

test('in Node TensorFlow.js is required, and is the one that others import, with all its names', (t) => {
  t.is(door, required);
  t.is(required.engine(), tf.engine());
  const namesOf = (module: object): string[] =>
    Object.keys(module).filter((name) => !['default', 'module.exports', '__esModule'].includes(name));
  t.deepEqual(namesOf(required).sort(), namesOf(imported).sort());
});
