import test from 'ava';
import { sizeOf } from '@advect/base/array';
import { channelBlock } from '#src/onnx/channel-block.js';
import { onnxModel } from '#src/onnx/export.js';
import { encodeModel } from '#src/onnx/model.js';
import { loadOnnxRuntime } from '#src/onnx/runtime.js';
import { casesOf } from './cases.js';

/** A length in a model's own words, such as `4*batch`, for a number of rows. */
const lengthOf = (length: string | number, rows: number): number =>
  String(length)
    .split('*')
    .reduce((product, factor) => product * (factor === 'batch' ? rows : Number(factor)), 1);

for (const { name, graph, dynamic } of casesOf(5)) {
  test(`${name}: what lies between has the shapes that the model states`, async (t) => {
    const runtime = await loadOnnxRuntime();
    const { model } = onnxModel(graph, {}, await channelBlock(runtime, ['cpu']));
    const session = await runtime.InferenceSession.create(
      encodeModel({ ...model, outputs: [...model.outputs, ...model.values], values: [] }),
      {
        graphOptimizationLevel: 'disabled',
      },
    );
    t.true(model.values.length > 0 || model.nodes.every(({ operator }) => operator === 'Identity' || operator === 'Expand'));
    for (const rows of dynamic ? [5, 3] : [5]) {
      const feeds = model.inputs.map((input) => {
        const shape = input.shape.map((length) => lengthOf(length, rows));
        return [input.name, new runtime.Tensor('float32', new Float32Array(sizeOf(shape)), shape)] as const;
      });
      const found = await session.run(
        Object.fromEntries(feeds),
        model.values.map((value) => value.name),
      );
      for (const value of model.values) {
        t.deepEqual(
          found[value.name].dims,
          value.shape.map((length) => lengthOf(length, rows)),
          value.name,
        );
      }
    }
    await session.release();
  });
}
