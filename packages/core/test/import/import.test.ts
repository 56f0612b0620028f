import { readFileSync } from 'node:fs';
import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import { cnf, logit } from '#src/flow/index.js';
import { importFfjord, type ImportFfjordOptions, importTorchcfm, importZuko } from '#src/import/index.js';
import { readSafetensors, writeSafetensors } from '#src/io/index.js';
import { ready } from '#src/tensor/index.js';
import { agrees, type Original } from './agrees.js';

interface Case extends Original {
  file: string;
  activation?: string;
  layer?: string;
  endTime?: number;
  flat?: number[];
  event?: number[];
  strides?: ImportFfjordOptions['strides'];
  alpha?: number;
}
const casesOf = (name: string): Case[] =>
  JSON.parse(readFileSync(new URL(`../../../test/import/reference/${name}.json`, import.meta.url), 'utf8')).cases;
const bytesOf = ({ file }: Case): Uint8Array => new Uint8Array(Buffer.from(file, 'base64'));

test.before(async () => void (await ready()));

/** SELU's divergence jumps and ELU's has a kink, which a method of low order steps over with less error; their gradients want many steps. */
const kinked = { density: { method: 'bosh3', rtol: 1e-6, atol: 1e-6 }, gradient: { method: 'heun', steps: 1500 } } as const;

casesOf('ffjord').forEach((given, i) => {
  test.serial(`FFJORD ${i}, ${given.layer}: log-density and gradients are the original's, and the flow saves and loads`, async (t) => {
    const { activation, endTime, flat, event = flat, strides, alpha } = given;
    const options = {
      activation: activation as ImportFfjordOptions['activation'],
      ...(endTime && { endTime }),
      ...(event && { event }),
      ...(strides && { strides }),
      ...(alpha && { transforms: [logit({ alpha })] }),
    };
    await agrees(t, bytesOf(given), (bytes) => importFfjord(bytes, options), given, activation === 'elu' ? kinked : undefined);
  });
});

casesOf('zuko').forEach((given, i) => {
  test.serial(`zuko ${i}: log-density and gradients are the original's, and the flow saves and loads`, async (t) => {
    const activation = given.activation as 'elu' | 'tanh' | 'softplus';
    t.is(importZuko(bytesOf(given), { activation }).field.conditionDim, given.condition?.[0].length ?? 0);
    await agrees(t, bytesOf(given), (bytes) => importZuko(bytes, { activation }), given, activation === 'elu' ? kinked : undefined);
  });
});

casesOf('torchcfm').forEach((given, i) => {
  test.serial(`torchcfm ${i}: log-density and gradients are the original's, and the flow saves and loads`, async (t) => {
    await agrees(t, bytesOf(given), (bytes) => importTorchcfm(bytes), given, kinked);
  });
});

test('what is not such a file is refused with its name', (t) => {
  const refused = (run: () => unknown, message: RegExp, code: 'invalid-file' | 'invalid-option' = 'invalid-file') => {
    const error = t.throws(run, { instanceOf: AdvectError, message });
    t.is(error?.code, code);
  };
  const [ffjord, zuko, torchcfm] = ['ffjord', 'zuko', 'torchcfm'].map((name) => bytesOf(casesOf(name)[0]));
  refused(() => importTorchcfm(zuko), /'net\.…'.*there are none/);
  refused(() => importZuko(torchcfm), /there is no "transform\.times"/);
  refused(() => importFfjord(zuko, { activation: 'tanh' }), /no odefunc\.diffeq\.layers/);
  refused(() => importFfjord(ffjord.subarray(0, 100), { activation: 'tanh' }), /safetensors/);
  refused(() => importFfjord(ffjord, {} as never), /activation is missing/, 'invalid-option');
  const untrained = casesOf('ffjord').find(({ endTime }) => endTime)!;
  refused(() => importFfjord(bytesOf(untrained), { activation: 'tanh' }), /end time/, 'invalid-option');

  const altered = (bytes: Uint8Array, change: (tensors: ReturnType<typeof readSafetensors>['tensors']) => void): Uint8Array => {
    const { tensors } = readSafetensors(bytes);
    change(tensors);
    return writeSafetensors(tensors);
  };
  const extra = altered(torchcfm, (tensors) => tensors.set('ema.decay', { shape: [1], data: Float32Array.of(1) }));
  refused(() => importTorchcfm(extra), /nothing here has a use for ema\.decay/);
  const far = altered(ffjord, (tensors) => {
    const name = [...tensors.keys()].find((k) => k.includes('layers.0._layer.weight'))!;
    tensors.set(name.replace('layers.0', 'layers.999999999'), tensors.get(name)!);
  });
  refused(() => importFfjord(far, { activation: 'tanh' }), /no odefunc/);
  const hyper = altered(ffjord, (tensors) => {
    for (const name of [...tensors.keys()].filter((k) => k.includes('layers.0.'))) tensors.delete(name);
    // HyperLinear of 2 to 3 numbers: a net of the time that makes 2 · 3 weights and 3 biases.
    const prefix = `${[...tensors.keys()].find((k) => k.includes('layers.1.'))!.split('layers.1.')[0]}layers.0._hypernet.`;
    tensors.set(`${prefix}0.weight`, { shape: [8, 1], data: new Float32Array(8) });
    tensors.set(`${prefix}0.bias`, { shape: [8], data: new Float32Array(8) });
    tensors.set(`${prefix}2.weight`, { shape: [9, 8], data: new Float32Array(72) });
    tensors.set(`${prefix}2.bias`, { shape: [9], data: new Float32Array(9) });
  });
  refused(() => importFfjord(hyper, { activation: 'tanh', endTime: 1 }), /layers\.1' maps 8 numbers to 8, where 3 come/);
  const [flatHyper, picture] = ['hyper', 'concat convolution'].map((layer) => bytesOf(casesOf('ffjord').find((c) => c.layer === layer)!));
  const asked = { activation: 'softplus', event: [4, 4, 1], strides: [2, 1, -2] } as const;
  refused(() => importFfjord(flatHyper, { activation: 'tanh' }), /linear layers, and event is not given/, 'invalid-option');
  refused(() => importFfjord(picture, { activation: 'softplus' }), /convolutions, and event is not given/, 'invalid-option');
  refused(() => importFfjord(picture, { ...asked, strides: [1] }), /1 strides for 3 layers/, 'invalid-option');
  refused(() => importFfjord(picture, { ...asked, strides: undefined }), /a window of 4 where a stride of 1 has one of 3/);
  refused(() => importFfjord(picture, { ...asked, event: [4, 4, 3] }), /layers\.0' takes 2 numbers where 3 come/);
  refused(() => importFfjord(ffjord, { activation: 'tanh', strides: [1] }), /strides are given.*linear layers/, 'invalid-option');
  const scales = bytesOf(casesOf('ffjord').find(({ layer }) => layer === 'multiscale')!);
  const odd = { activation: 'softplus', event: [7, 8, 1] } as const;
  refused(() => importFfjord(scales, odd), /\[7, 8, 1\], of which the file halves 7 × 8/, 'invalid-option');
  refused(() => importFfjord(picture, { ...asked, activation: 'swish' }), /no "activation_fns\.0\.beta"/);
  const squashed = altered(picture, (tensors) => {
    const name = [...tensors.keys()].find((k) => k.endsWith('layers.0._layer.bias'))!.replace('_layer.bias', '_hyper.weight');
    tensors.set(name, { shape: [3, 1], data: new Float32Array(3) });
  });
  refused(() => importFfjord(squashed, asked), /squash convolution, which the reference code cannot run/);
  const narrow = altered(torchcfm, (tensors) => tensors.set('net.2.weight', { shape: [2, 3], data: new Float32Array(6) }));
  refused(() => importTorchcfm(narrow), /net\.2\.bias has/);
  t.notThrows(() => cnf({ field: importTorchcfm(torchcfm).field }));
});
