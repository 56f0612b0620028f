import { readFileSync } from 'node:fs';
import test from 'ava';
import { mismatch } from '@advect/testkit';
import { ndarray, sizeOf } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { unitVectors, velocityAndDivergence } from '#src/flow/divergence.js';
import { importUnet, type ImportUnetOptions } from '#src/import/index.js';
import { writeSafetensors } from '#src/io/index.js';
import { ready, tf, upload, uploadParameters, withScope } from '#src/tensor/index.js';
import { agrees, type Original } from './agrees.js';

interface Twin {
  readonly u: number[];
  readonly divergence: number[];
  readonly shapes: { readonly [name: string]: number[] };
}

/** What torchcfm's own UNetModel computes in float64; see field/reference/make-fields.py. */
const reference = JSON.parse(readFileSync(new URL('../../../test/field/reference/fields.json', import.meta.url), 'utf8')) as {
  readonly [name: string]: Twin;
};
const twins: { readonly [name: string]: ImportUnetOptions } = {
  'unet by names': settings({}),
  'unet by names, new attention order, scaled and shifted': settings({ newAttentionOrder: true, scaleShift: true }),
};

function settings(more: Partial<ImportUnetOptions>): ImportUnetOptions {
  return { event: [4, 4, 2], channels: 8, multipliers: [1, 2], attention: [2], heads: 2, groups: 4, classes: 3, ...more };
}

/** The file that the script's net would save: a formula of name and index for each weight. */
const fileOf = ({ shapes }: Twin): Uint8Array =>
  writeSafetensors(
    new Map(
      Object.entries(shapes).map(([name, shape]) => {
        const phase = Array.from(name).reduce((sum, c) => sum + c.charCodeAt(0), 0);
        const around = shape.length === 1 && name.endsWith('.weight') ? 1 : 0;
        const count = sizeOf(shape);
        const spread = shape.length > 1 ? Math.sqrt((2 * shape[0]) / count) : 0.3;
        return [
          name,
          ndarray(
            Float32Array.from({ length: count }, (_, i) => around + spread * Math.sin(phase + 2.3 * i)),
            shape,
          ),
        ];
      }),
    ),
  );

test.before(async () => void (await ready()));

for (const [name, options] of Object.entries(twins)) {
  test.serial(`${name}: velocity and divergence of the imported flow are those of torchcfm`, async (t) => {
    const flow = importUnet(fileOf(reference[name]), options);
    await withScope((scope) => {
      const parameters = uploadParameters(flow.parameters, scope);
      scope.run(() => {
        const x = tf.tensor(
          Float32Array.from({ length: 64 }, (_, i) => Math.sin(1 + 0.7 * i)),
          [2, 4, 4, 2],
        );
        const input = { x, t: tf.tensor1d([0.3, 0.8]), condition: tf.tensor2d([0, 0, 1, 1, 0, 0], [2, 3]) };
        const units = upload(unitVectors(flow.field.event));
        const { u, divergence } = velocityAndDivergence(flow.field, parameters, input, units, { kind: 'exact' });
        const expected = reference[name];
        t.is(mismatch(u.dataSync(), expected.u, { atol: 3e-6 * Math.max(...expected.u.map(Math.abs)) }), undefined);
        t.is(mismatch(divergence.dataSync(), expected.divergence, { atol: 2e-5, rtol: 2e-5 }), undefined);
      });
    });
  });
}

const originals = JSON.parse(readFileSync(new URL('../../../test/import/reference/unet.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly (Original & { readonly settings: string[]; readonly shapes: Twin['shapes'] })[];
};
/** As reference/make.py does it; eagerly, for four evaluations are not worth a program. */
const twoSteps = { method: 'midpoint', steps: 2, divergence: 'exact', label: [2, 0], executor: 'eager' } as const;

originals.cases.forEach(({ settings: used, shapes, ...given }, i) => {
  test.serial(`U-Net ${i}: log-density and gradients of the imported flow are torchcfm's, and the flow saves and loads`, async (t) => {
    const options = {
      ...settings({ event: [4, 4, 1] }),
      newAttentionOrder: used.includes('use_new_attention_order'),
      scaleShift: used.includes('use_scale_shift_norm'),
    };
    const file = fileOf({ u: [], divergence: [], shapes });
    // The cases share all but the order of attention: each takes half of the other weights, along one direction.
    const own = Object.entries(given.gradients).filter(([name], n) => name.includes('.qkv.') || n % 2 === i);
    const gradients = Object.fromEntries(own.map(([name, { norm, along }]) => [name, { norm, along: along.slice(0, 1) }]));
    const solvers = { density: twoSteps, gradient: twoSteps };
    await agrees(t, file, (bytes) => importUnet(bytes, options), { ...given, gradients }, solvers);
  });
});

test('other settings than the original’s are refused with the weight that does not fit', (t) => {
  const file = fileOf(reference['unet by names']);
  const refused: [ImportUnetOptions, RegExp][] = [
    [settings({ scaleShift: true }), /'down1\/block\/time\/weight' is \[32, 8\] where \[32, 16\] belongs/],
    [settings({ classes: 4 }), /'label\/weight' is \[3, 32\] where \[4, 32\] belongs/],
    [settings({ attention: [] }), /there is no "output_blocks.1.1.conv.weight" in it \(input_blocks.3.1.norm.bias/],
    [settings({ blocks: 2 }), /there is no "input_blocks/],
  ];
  for (const [options, message] of refused) {
    const error = t.throws<AdvectError>(() => importUnet(file, options), { instanceOf: AdvectError, message });
    t.is(error.code, 'invalid-file');
  }
});

test('an attention with too few weights is refused, and makes no NaN; so are no settings', (t) => {
  const { u, divergence, shapes } = reference['unet by names'];
  const name = Object.keys(shapes).find((k) => k.endsWith('qkv.weight'))!;
  const [rows, channels] = shapes[name];
  const short = fileOf({ u, divergence, shapes: { ...shapes, [name]: [rows - 1, channels, 1] } });
  const message = new RegExp(`${name} has ${(rows - 1) * channels} numbers, not ${rows * channels}`);
  t.throws(() => importUnet(short, settings({})), { instanceOf: AdvectError, code: 'invalid-file', message });
  t.throws(() => importUnet(short, undefined as never), { instanceOf: AdvectError, code: 'invalid-option', message: /event is missing/ });
  const unknown = { ...settings({}), newAttentionOder: true } as never;
  t.throws(() => importUnet(short, unknown), { code: 'unknown-option', message: /newAttentionOder/ });
  t.throws(() => importUnet(short, { ...settings({}), transforms: [1] as never }), { code: 'invalid-option', message: /transforms/ });
  t.throws(() => importUnet(short, { ...settings({}), newAttentionOrder: 1 as never }), { code: 'invalid-option' });
});
