import { compile, type Program } from '@advect/compiler';
import type { Parameters } from '../field/field.js';
import { rowsOf } from '../flow/programs/index.js';
import { dense, initDense } from '../nn/dense.js';
import { type Key, split } from '../random/index.js';
import { type Scalar, softplus, tf, type Tensor, valueAndGradients } from '../tensor/index.js';

/** A net with two hidden layers that tells two classes apart. */
export interface Classifier {
  init(key: Key): Parameters;
  /**
   * The logit of each row, above 0 for class +1, and the gradient of the mean of log(1 + exp(−label · logit)) with respect
   * to the weights.
   *
   * @param x [rows, dim]
   * @param labels −1 or +1, [rows]
   */
  evaluate(
    weights: Parameters,
    x: Float32Array,
    labels: Float32Array,
  ): Promise<{ logits: Float32Array; gradients: { readonly [name: string]: Float32Array } }>;
  dispose(): void;
}

/** Compiles a classifier of points of `dim` numbers. The caller disposes of it. */
export async function makeClassifier(dim: number, width: number): Promise<Classifier> {
  const sizes = [dim, width, width, 1];
  const init = (key: Key): Parameters =>
    Object.assign({}, ...[0, 1, 2].map((i) => initDense(key, `layer${i}`, sizes[i], sizes[i + 1]))) as Parameters;
  const shapes = Object.entries(init({ hi: 0, lo: 0 })).map(([name, { shape }]) => [name, { shape, kind: 'parameter' }] as const);

  const program: Program = await compile(
    ({ x, labels, scale, ...weights }) => {
      let kept: Tensor | undefined;
      try {
        const { gradients } = valueAndGradients((w) => {
          let h = x;
          for (const i of [0, 1]) {
            const z = dense(w, `layer${i}`, h);
            h = tf.mul(z, tf.sigmoid(z));
          }
          const logits = tf.reshape(dense(w, 'layer2', h), [-1]);
          kept = tf.keep(tf.clone(logits));
          return tf.sum<Scalar>(tf.mul(softplus(tf.neg(tf.mul(labels, logits))), scale));
        }, weights);
        return { logits: tf.clone(kept!), ...gradients };
      } finally {
        kept?.dispose();
      }
    },
    { x: rowsOf(dim), labels: rowsOf(), scale: { shape: [1] }, ...Object.fromEntries(shapes) },
  );
  return {
    init: (key) => init(split(key, 'weights')),
    async evaluate(weights, x, labels) {
      program.bind(Object.fromEntries(Object.entries(weights).map(([name, { data }]) => [name, data])));
      const { logits, ...gradients } = await program.run({ x, labels, scale: Float32Array.of(1 / labels.length) });
      return { logits, gradients };
    },
    dispose: () => program.dispose(),
  };
}
