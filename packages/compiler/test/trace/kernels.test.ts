import test, { type ExecutionContext } from 'ava';
import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '@advect/compiler/tensorflow';
import { interpret, trace } from '#src/index.js';
import { lowerings } from '#src/trace/lowering/index.js';
import type { Case, Input } from './cases/case.js';
import { elementwise } from './cases/elementwise.js';
import { layers } from './cases/layers.js';
import { places } from './cases/places.js';
import { closeTo } from './compare.js';

const cases = { ...elementwise, ...layers, ...places };

/** Kernels whose work the graph has no words for: sorting, strings, complex numbers, volumes, ragged and sparse data, randomness. */
const untraceable = [
  'AvgPool3D AvgPool3DGrad Conv3D Conv3DBackpropFilterV2 Conv3DBackpropInputV2 MaxPool3D MaxPool3DGrad MaxPoolWithArgmax',
  'Bincount BitwiseAnd BroadcastArgs CropAndResize DenseBincount Dilation2D Dilation2DBackpropFilter Dilation2DBackpropInput Draw',
  'Complex ComplexAbs FFT IFFT Imag Real FlipLeftRight LRN LRNGrad Multinomial NonMaxSuppressionV3 NonMaxSuppressionV4',
  'DepthwiseConv2dNative DepthwiseConv2dNativeBackpropFilter DepthwiseConv2dNativeBackpropInput FusedDepthwiseConv2D',
  'NonMaxSuppressionV5 RaggedGather RaggedRange RaggedTensorToTensor RotateWithOffset SearchSorted SparseFillEmptyRows SparseReshape',
  'SparseSegmentMean SparseSegmentSum SparseToDense StaticRegexReplace StringNGrams StringSplit StringToHashBucketFast',
  'TensorScatterUpdate TopK Transform Unique',
].flatMap((names) => names.split(' '));

test.before(async () => {
  await tf.setBackend('cpu');
});

test('every kernel of TensorFlow.js is traced and has a case here, or is known not to be', (t) => {
  const names = new Set([
    ...tf.getKernelsForBackend('cpu').map(({ kernelName }) => kernelName),
    ...Object.values(tf).filter((value) => typeof value === 'string' && tf.getGradient(value)),
  ]) as Set<string>;
  t.true(names.size > 170);
  t.deepEqual(
    [...names].filter((name) => !(name in lowerings) && !untraceable.includes(name)),
    [],
  );
  t.deepEqual(
    untraceable.filter((name) => name in lowerings || !names.has(name)),
    [],
  );
  t.deepEqual(Object.keys(cases).toSorted(), Object.keys(lowerings).toSorted());
});

let seed = 0;

function tensorOf(input: Input): Tensor {
  if (!('shape' in input)) return tf.randomNormal([...input], 0, 1, 'float32', ++seed);
  return tf.tensor([...input.values], [...input.shape], input.dtype ?? 'float32');
}

const list = (result: Tensor | readonly Tensor[]): readonly Tensor[] => (result instanceof tf.Tensor ? [result] : result);

function check(t: ExecutionContext, name: string, { inputs, f, reference }: Case): void {
  const tensors = Object.fromEntries(Object.entries(inputs).map(([key, input]) => [key, tensorOf(input)]));
  const graph = trace(
    (given) => Object.fromEntries(list(f(given)).map((tensor, i) => [i, tensor])),
    Object.fromEntries(Object.entries(tensors).map(([key, { shape, dtype }]) => [key, { shape, dtype: dtype as 'float32' }])),
  );
  const data = Object.fromEntries(Object.entries(tensors).map(([key, tensor]) => [key, tensor.dataSync()]));
  const ours = interpret(graph, data, { round: Math.fround });
  list((reference ?? f)(tensors)).forEach((expected, i) => {
    const node = graph.nodes[graph.outputs[i].id];
    const what = `${name} of ${JSON.stringify(Object.values(inputs)).slice(0, 60)}, result ${i}`;
    t.deepEqual([...node.shape], expected.shape, what);
    t.is(node.dtype, expected.dtype as 'float32', what);
    closeTo(t, ours[i], expected.dataSync(), 1e-5, what);
  });
}

for (const [name, list] of Object.entries(cases)) {
  test.serial(`${name} is traced`, async (t) => {
    for (const given of list) check(t, name, given);
    const profiles = [];
    for (const { inputs, f, reference } of list) {
      if (reference) continue;
      const tensors = Object.fromEntries(Object.entries(inputs).map(([key, input]) => [key, tensorOf(input)]));
      profiles.push(await tf.profile(() => f(tensors) as Tensor));
    }
    t.true(
      profiles.every(({ kernelNames }) => kernelNames.includes(name)),
      `some case of ${name} does not run it`,
    );
  });
}
