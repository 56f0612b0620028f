import { graphBuilder } from '../graph/index.js';
import { onX64 } from '../platform.js';
import { onnxModel } from './export.js';
import { encodeModel } from './model.js';
import { isNative, type OnnxRuntime } from './runtime.js';
import { openSession } from './session.js';

const CHANNELS = 16;
const SIDE = 3;
/** 16 with AVX-512, 8 with less. */
const CANDIDATES = [16, 8];

const found = new WeakMap<OnnxRuntime, Promise<number | undefined>>();

/**
 * How many channels ONNX Runtime's blocked convolutions have in a block on this processor; undefined where it has no such
 * convolutions. Found, once for each runtime, by convolving a small picture both ways: the blocked operators are not part of
 * ONNX, and neither their block nor their filter's arrangement can be asked for. Only in onnxruntime-node and where the provider
 * is the CPU; elsewhere than on x64 processors the operators may be there without the machine code for them, so they are not tried.
 */
export function channelBlock(runtime: OnnxRuntime, providers: readonly string[]): Promise<number | undefined> {
  if (!isNative(runtime) || providers[0] !== 'cpu' || !onX64()) return Promise.resolve(undefined);
  const known = found.get(runtime) ?? search(runtime);
  found.set(runtime, known);
  return known;
}

async function search(runtime: OnnxRuntime): Promise<number | undefined> {
  try {
    const expected = await convolved(runtime, undefined);
    for (const block of CANDIDATES) {
      const result = await convolved(runtime, block);
      // Entries are up to some 50; those of wrongly arranged channels differ by as much.
      if (result.every((value, i) => Math.abs(value - expected[i]) < 1e-3)) return block;
    }
  } catch {
    return undefined;
  }
  return undefined;
}

/** A small convolution and its gradient by the picture, end to end. */
async function convolved(runtime: OnnxRuntime, block: number | undefined): Promise<Float32Array> {
  const b = graphBuilder();
  const geometry = { strides: [1, 1], dilations: [1, 1], pads: [1, 1, 1, 1] } as const;
  const shape = [1, SIDE, SIDE, 2 * CHANNELS];
  const x = b.input('x', shape);
  const filter = b.input('filter', [3, 3, 2 * CHANNELS, CHANNELS]);
  const y = b.conv2d(x, filter, geometry);
  const both = b.concat([y, b.conv2dInput(y, filter, geometry, shape)], 3);
  const { model } = onnxModel(b.finish([{ name: 'both', id: both }]), { dynamicBatch: false }, block);
  const session = await openSession(runtime, encodeModel(model), { threads: 1, providers: ['cpu'] });
  const result = new Float32Array(SIDE * SIDE * 3 * CHANNELS);
  const feeds = Object.fromEntries(
    model.inputs.map(({ name, shape: lengths }) => {
      const dims = lengths.map(Number);
      const size = dims.reduce((product, length) => product * length, 1);
      return [
        name,
        new runtime.Tensor(
          'float32',
          Float32Array.from({ length: size }, (_, i) => Math.sin(2.3 * i * i) / 4),
          dims,
        ),
      ];
    }),
  );
  await session.run(feeds, { both: new runtime.Tensor('float32', result, model.outputs[0].shape.map(Number)) });
  await session.release();
  return result;
}
