import test from 'ava';
import { readCodeFile, requireModel, writeCodeFile, type CodeFile } from '#src/model/code-file.js';

const code: CodeFile = {
  model: { name: 'digits8', sha256: 'ab'.repeat(32) },
  form: { size: 2, channels: 1, levels: 17 },
  solver: { method: 'dopri5', tolerance: 1e-5 },
  dequantisation: { seed: 3, margin: 1 / 16 },
  labels: ['7', 'none'],
  parents: ['cd'.repeat(32), 'ef'.repeat(32)],
  z: { shape: [2, 2, 2, 1], data: Float32Array.of(Math.PI, -1e-7, 0.1, 3, -2.5, 1 / 3, 7e-12, 1e5) },
};
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

for (const format of ['json', 'npz'] as const) {
  test(`codes as ${format} come back to the bit, and the same codes give the same bytes`, async (t) => {
    const bytes = writeCodeFile(code, format);
    t.deepEqual(await readCodeFile(bytes, 'code'), code);
    t.deepEqual(writeCodeFile(code, format), bytes);
  });
}

test('what is no code is refused with what is wrong', async (t) => {
  const text = new TextDecoder().decode(writeCodeFile(code, 'json'));
  const broken = async (change: (whole: string) => string, message: RegExp) => {
    t.not(change(text), text);
    await t.throwsAsync(readCodeFile(bytesOf(change(text)), 'x.json'), { code: 'invalid-file', message });
  };
  await broken(() => '{}', /'x\.json' is no code of pictures/);
  await broken(() => 'PNG', /'x\.json' is no code of pictures/);
  await broken((all) => all.replace('"advect-code"', '"other"'), /does not say that it is one/);
  await broken((all) => all.replace('"version":1', '"version":2'), /its version is 2/);
  await broken((all) => all.replace('[2,2,2,1]', '[2,2,2,2]'), /do not fill its shape/);
  await broken((all) => all.replace('"7","none"', '"7"'), /1 labels for 2 pictures/);
  await broken((all) => all.replace('"dopri5"', '"magic"'), /magic/);
  await broken((all) => all.replace('100000]', 'null]'), /holds what is no number/);
  await broken((all) => all.slice(0, -20), /no code/);
  const npz = writeCodeFile(code, 'npz');
  await t.throwsAsync(readCodeFile(npz.slice(0, 200), 'x.npz'), { code: 'invalid-file' });
});

test('a code of other weights is refused in words', (t) => {
  t.notThrows(() => requireModel(code, { name: 'digits8', hash: 'ab'.repeat(32) }));
  t.throws(() => requireModel(code, { name: 'tiles', hash: '01'.repeat(32) }), {
    code: 'invalid-option',
    message: "this code was made by the model 'digits8' (weights abababababab…), and 'tiles' is another (010101010101…)",
  });
});
