import type { NodeOf } from '../graph/index.js';
import { blockedConvolution, blockedFilter, channelsLast, isBlocked, turnedBlockedFilter } from './blocked-convolutions.js';
import { CHANNELS_FIRST, rowMajor } from './layout.js';
import type { Emitted, Lowering } from './lowering.js';
import type { OnnxAttribute } from './model.js';

/** [outputs, inputs, height, width] of a filter [height, width, inputs, outputs]. */
const FILTER_ORDER = [3, 2, 0, 1];

/** ONNX's Conv, channels first; the result stays so. */
export function lowerConv2d(lowering: Lowering, node: NodeOf<'conv2d'>): Emitted {
  const [top, bottom, left, right] = node.geometry.pads;
  const window = { ...windowOf(lowering, node), pads: { ints: [top, left, bottom, right] } };
  if (isBlocked(lowering, ...lowering.graph.nodes[node.inputs[1]].shape.slice(2))) {
    return blockedConvolution(lowering, node, blockedFilter(lowering, node), window);
  }
  const inputs = [lowering.use(node, 0, { order: CHANNELS_FIRST }), lowering.use(node, 1, { order: FILTER_ORDER })];
  return { name: lowering.emit('Conv', inputs, window), form: 'float', order: CHANNELS_FIRST };
}

/** In steps of 1 a Conv with the filter turned about, which is the faster; else ONNX's ConvTranspose. */
export function lowerConv2dInput(lowering: Lowering, node: NodeOf<'conv2dInput'>): Emitted {
  const { strides, dilations, pads } = node.geometry;
  const [height, width] = lowering.graph.nodes[node.inputs[1]].shape;
  const reach = [dilations[0] * (height - 1), dilations[0] * (height - 1), dilations[1] * (width - 1), dilations[1] * (width - 1)];
  const [top, bottom, left, right] = pads.map((margin, i) => reach[i] - margin);
  const emitted = (name: string): Emitted => ({ name, form: 'float', order: CHANNELS_FIRST });
  if (strides[0] === 1 && strides[1] === 1 && Math.min(top, bottom, left, right) >= 0) {
    const window = { ...windowOf(lowering, node), pads: { ints: [top, left, bottom, right] } };
    if (isBlocked(lowering, ...lowering.graph.nodes[node.inputs[1]].shape.slice(2))) {
      return blockedConvolution(lowering, node, turnedBlockedFilter(lowering, node), window);
    }
    const filter = lowering.use(node, 1, { order: [2, 3, 0, 1] });
    const ends = lowering.ints([-(2 ** 31), -(2 ** 31)]);
    const turned =
      height * width === 1
        ? filter
        : lowering.emit('Slice', [filter, lowering.ints([-1, -1]), ends, lowering.ints([2, 3]), lowering.ints([-1, -1])]);
    return emitted(lowering.emit('Conv', [lowering.use(node, 0, { order: CHANNELS_FIRST }), turned], window));
  }
  const dyShape = lowering.graph.nodes[node.inputs[0]].shape;
  const missing = [0, 1].map((axis) => {
    const covered = strides[axis] * (dyShape[axis + 1] - 1) + reach[2 * axis] + 1 - pads[2 * axis] - pads[2 * axis + 1];
    return node.shape[axis + 1] - covered;
  });
  const filter = lowering.use(node, 1, { order: FILTER_ORDER });
  return emitted(
    lowering.emit('ConvTranspose', [lowering.use(node, 0, { order: CHANNELS_FIRST }), filter], {
      ...windowOf(lowering, node),
      pads: { ints: [pads[0], pads[2], pads[1], pads[3]] },
      output_padding: { ints: missing },
    }),
  );
}

/**
 * One product for each place of the window: the image's entries under that place, transposed, times dy. ONNX Runtime
 * multiplies faster than it convolves with an image-sized window. One product for all places side by side would spare half of
 * the operators, but the copying makes a U-Net's gradient a tenth slower.
 */
export function lowerConv2dFilter(lowering: Lowering, node: NodeOf<'conv2dFilter'>): Emitted {
  const { emit, ints } = lowering;
  const { strides, dilations, pads } = node.geometry;
  const [height, width, channels, outputs] = node.shape;
  const [rows, columns] = lowering.graph.nodes[node.inputs[1]].shape.slice(1, 3);
  const padded = pads.some((margin) => margin !== 0);
  const image = channelsLast(lowering, node, 0);
  const x = padded ? emit('Pad', [image, ints([0, pads[0], pads[2], 0, 0, pads[1], pads[3], 0]), lowering.number(0)]) : image;
  const dy = emit('Reshape', [channelsLast(lowering, node, 1), ints([-1, outputs])]);
  const places = Array.from({ length: height * width }, (_, place) => {
    const begin = [Math.floor(place / width) * dilations[0], (place % width) * dilations[1]];
    const ends = [begin[0] + (rows - 1) * strides[0] + 1, begin[1] + (columns - 1) * strides[1] + 1];
    const under = emit('Slice', [x, ints(begin), ints(ends), ints([1, 2]), ints([...strides])]);
    return emit('Gemm', [emit('Reshape', [under, ints([-1, channels])]), dy], { transA: { int: 1 } });
  });
  const stacked = places.length === 1 ? places[0] : emit('Concat', places, { axis: { int: 0 } });
  return { name: emit('Reshape', [stacked, ints(node.shape)]), form: 'float', order: rowMajor(4) };
}

function windowOf(lowering: Lowering, node: NodeOf<'conv2d' | 'conv2dInput'>): { readonly [name: string]: OnnxAttribute } {
  const [height, width] = lowering.graph.nodes[node.inputs[1]].shape;
  return {
    kernel_shape: { ints: [height, width] },
    strides: { ints: [...node.geometry.strides] },
    dilations: { ints: [...node.geometry.dilations] },
  };
}
