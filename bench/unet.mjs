/**
 * A U-Net of 3×3 convolutions as a user of Advect would write it in tfjs operations: 28×28 pictures, widths 32-64-128, two
 * residual blocks a level (three on the way up), group norm, time added in every block.
 */
import { normals, split } from '../packages/core/dist/random/index.js';

const GROUPS = 8;
const SIDE = 128;
const TIME = 32;

/** The U-Net as a velocity field over the tfjs namespace `tf`. */
export function unet(tf, { size = 28, channels = 1, widths = [32, 64, 128], blocks = 2 } = {}) {
  const shapes = shapesOf(channels, widths, blocks);
  const frequencies = () => tf.exp(tf.linspace(0, 6, TIME / 2)).reshape([1, -1]);

  const velocity = (p, { x, t }) => {
    const dense = (name, v) => tf.add(tf.matMul(v, p[`${name}/weight`]), p[`${name}/bias`]);
    // With stride 2 one zero on each side, as PyTorch pads: the 'same' of tfjs pads an even size on one side only.
    const conv = (name, v, stride = 1) => {
      const filter = p[`${name}/filter`];
      const edge = (filter.shape[0] - 1) / 2;
      return tf.add(tf.conv2d(v, filter, stride, edge, 'NHWC', 1, 'floor'), p[`${name}/bias`]);
    };
    const silu = (v) => tf.mul(v, tf.sigmoid(v));
    const norm = (name, v) => {
      const [batch, height, width, depth] = v.shape;
      const grouped = tf.reshape(v, [batch, height * width, GROUPS, depth / GROUPS]);
      const mean = tf.mean(grouped, [1, 3], true);
      const centred = tf.sub(grouped, mean);
      const variance = tf.mean(tf.square(centred), [1, 3], true);
      const scaled = tf.reshape(tf.mul(centred, tf.rsqrt(tf.add(variance, 1e-5))), v.shape);
      return tf.add(tf.mul(scaled, p[`${name}/scale`]), p[`${name}/shift`]);
    };
    const block = (name, v, side) => {
      let h = conv(`${name}/conv0`, silu(norm(`${name}/norm0`, v)));
      h = tf.add(h, tf.reshape(dense(`${name}/time`, side), [-1, 1, 1, h.shape[3]]));
      h = conv(`${name}/conv1`, silu(norm(`${name}/norm1`, h)));
      return tf.add(h, p[`${name}/skip/filter`] ? conv(`${name}/skip`, v) : v);
    };
    const grow = (v) => {
      const [batch, height, width, depth] = v.shape;
      const spread = tf.tile(tf.reshape(v, [batch, height, 1, width, 1, depth]), [1, 1, 2, 1, 2, 1]);
      return tf.reshape(spread, [batch, 2 * height, 2 * width, depth]);
    };

    const waves = tf.mul(tf.reshape(t, [-1, 1]), frequencies());
    const side = silu(dense('time1', silu(dense('time0', tf.concat([tf.sin(waves), tf.cos(waves)], 1)))));
    let h = conv('in', x);
    const kept = [h];
    widths.forEach((_, level) => {
      for (let i = 0; i < blocks; i++) kept.push((h = block(`down${level}/block${i}`, h, side)));
      if (level + 1 < widths.length) kept.push((h = conv(`down${level}/shrink`, h, 2)));
    });
    for (let i = 0; i < 2; i++) h = block(`middle${i}`, h, side);
    for (let level = widths.length - 1; level >= 0; level--) {
      for (let i = 0; i <= blocks; i++) h = block(`up${level}/block${i}`, tf.concat([h, kept.pop()], 3), side);
      if (level > 0) h = conv(`up${level}/grow`, grow(h));
    }
    return conv('out', silu(norm('out/norm', h)));
  };

  return {
    config: { kind: 'bench-unet', size, channels, widths, blocks },
    event: [size, size, channels],
    conditionDim: 0,
    init: (root) =>
      Object.fromEntries(
        Object.entries(shapes).map(([name, shape]) => {
          const count = shape.reduce((n, m) => n * m, 1);
          if (name.endsWith('scale')) return [name, { shape, data: new Float32Array(count).fill(1) }];
          if (shape.length === 1) return [name, { shape, data: new Float32Array(count) }];
          const inputs = count / shape.at(-1);
          return [name, { shape, data: normals(split(root, name), count).map((v) => v / Math.sqrt(inputs)) }];
        }),
      ),
    velocity: (p, input) => tf.tidy(() => velocity(p, input)),
  };
}

function shapesOf(channels, widths, blocks) {
  const shapes = {};
  const conv = (name, inputs, outputs, window = 3) => {
    shapes[`${name}/filter`] = [window, window, inputs, outputs];
    shapes[`${name}/bias`] = [outputs];
  };
  const dense = (name, inputs, outputs) => {
    shapes[`${name}/weight`] = [inputs, outputs];
    shapes[`${name}/bias`] = [outputs];
  };
  const norm = (name, width) => {
    shapes[`${name}/scale`] = [width];
    shapes[`${name}/shift`] = [width];
  };
  const block = (name, inputs, outputs) => {
    norm(`${name}/norm0`, inputs);
    conv(`${name}/conv0`, inputs, outputs);
    dense(`${name}/time`, SIDE, outputs);
    norm(`${name}/norm1`, outputs);
    conv(`${name}/conv1`, outputs, outputs);
    if (inputs !== outputs) conv(`${name}/skip`, inputs, outputs, 1);
  };
  dense('time0', TIME, SIDE);
  dense('time1', SIDE, SIDE);
  conv('in', channels, widths[0]);
  const kept = [widths[0]];
  let width = widths[0];
  widths.forEach((next, level) => {
    for (let i = 0; i < blocks; i++) {
      block(`down${level}/block${i}`, width, next);
      kept.push((width = next));
    }
    if (level + 1 < widths.length) {
      conv(`down${level}/shrink`, width, width);
      kept.push(width);
    }
  });
  for (let i = 0; i < 2; i++) block(`middle${i}`, width, width);
  for (let level = widths.length - 1; level >= 0; level--) {
    for (let i = 0; i <= blocks; i++) {
      block(`up${level}/block${i}`, width + kept.pop(), widths[level]);
      width = widths[level];
    }
    if (level > 0) conv(`up${level}/grow`, width, width);
  }
  norm('out/norm', width);
  conv('out', width, channels);
  return shapes;
}
