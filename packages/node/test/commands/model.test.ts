import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { cnf, exportFlowOnnx, type Flow, importFfjord, loadModel, mlp, sampledBase, saveModel } from '@advect/core';
import { advect } from '#src/commands/index.js';
import { readModelFolder, runGroup, writeModelFolder } from '#src/index.js';

const folder = mkdtempSync(join(tmpdir(), 'advect-model-'));
const at = (name: string): string => join(folder, name);
test.after.always(() => rmSync(folder, { recursive: true }));

/** Runs `advect model …`. */
async function run(...argv: string[]) {
  const said = { out: '', err: '' };
  const code = await runGroup(advect, {
    argv: ['model', ...argv],
    env: {},
    stdout: { write: (text: string) => void (said.out += text) },
    stderr: { write: (text: string) => void (said.err += text) },
  });
  return { code, ...said };
}

const flow: Flow = cnf({ field: mlp({ dim: 2, hidden: [8], lastLayer: 'random', classes: 2 }), seed: 3 });
const record = { name: 'small', labels: ['left', 'right'], metrics: { 'test nats': 2.5 }, training: { command: 'none\u001b[2J' } };

test.before(async () => {
  await writeModelFolder(at('small'), await saveModel(flow, record));
});

test('info says what the manifest says, in words or as JSON, and no code of the file reaches the terminal', async (t) => {
  const { code, out } = await run('info', at('small'));
  t.is(code, 0);
  for (const part of ['small', 'mlp', 'left, right', 'float32', 'test nats', '2.5']) t.true(out.includes(part), part);
  t.false(out.includes('\u001b'));
  const manifest = JSON.parse((await run('info', at('small'), '--json')).out) as { name: string };
  t.is(manifest.name, 'small');
  t.regex((await run('info', at('none'))).err, /none' does not exist/);
});

test('verify passes a whole model, and ends with exit code 1 and the reason at a damaged one', async (t) => {
  const whole = await run('verify', at('small'));
  t.deepEqual([whole.code, whole.err], [0, '']);
  t.is(whole.out.match(/^ok /gm)?.length, 5);
  const files = new Map(await readModelFolder(at('small')));
  const damage = async (name: string, file: string, change: (bytes: Uint8Array) => Uint8Array): Promise<string> => {
    await writeModelFolder(at(name), new Map([...files, [file, change(files.get(file)!.slice())]]));
    const { code, err } = await run('verify', at(name));
    t.is(code, 1, name);
    return err;
  };
  const flip = (bytes: Uint8Array): Uint8Array => bytes.with(bytes.length - 2, bytes.at(-2)! ^ 1);
  t.regex(await damage('flipped', 'weights.safetensors', flip), /checksum/);
  t.regex(await damage('short', 'weights.safetensors', (bytes) => bytes.slice(0, -4)), /bytes/);
  t.regex(await damage('card', 'MODEL_CARD.md', () => new Uint8Array(3)), /tells of other weights/);
  t.regex(await damage('manifest', 'model.json', (bytes) => bytes.slice(0, 40)), /model\.json/);
});

test('verify carries a point through a model that starts from samples', async (t) => {
  const base = sampledBase({ sample: (count) => ({ shape: [count, 2], data: new Float32Array(2 * count) }) });
  await writeModelFolder(at('sampled'), await saveModel(cnf({ field: mlp({ dim: 2, hidden: [4] }), base }), { name: 'sampled' }));
  const { code, out } = await run('verify', at('sampled'));
  t.is(code, 0);
  t.regex(out, /a point that the field carries/);
});

test('export onnx writes the bytes that exportFlowOnnx gives', async (t) => {
  const out = at('small.onnx');
  const { code, err } = await run('export', 'onnx', at('small'), '--what', 'logProb', '--steps', '3', '--method', 'heun', '--out', out);
  t.is(code, 0, err);
  const expected = exportFlowOnnx(await loadModel(await readModelFolder(at('small'))), { what: 'logProb', steps: 3, method: 'heun' });
  t.deepEqual(new Uint8Array(await readFile(out)), expected);
  t.regex((await run('export', 'onnx', at('small'), '--out', out)).err, /exists already/);
  t.is((await run('export', 'onnx', at('small'), '--out', at('x.onnx'), '--method', 'rk9')).code, 2);
  t.is((await run('export', 'tflite', at('small'))).code, 2);
  for (const [what, option, value] of [
    ['velocity', 'steps', '4'],
    ['velocity', 'method', 'heun'],
    ['sampler', 'divergence', 'exact'],
  ]) {
    const idle = await run('export', 'onnx', at('small'), '--what', what, `--${option}`, value, '--out', at('idle.onnx'));
    t.is(idle.code, 2);
    t.regex(idle.err, new RegExp(`--${option} would change nothing: a ${what} is made without`));
  }
  t.is((await run('export', 'onnx', at('small'), '--what', 'velocity', '--out', at('velocity.onnx'))).code, 0);
});

test('import pytorch writes a model folder whose flow is that of the importer', async (t) => {
  const reference = new URL('../../../../core/test/import/reference/ffjord.json', import.meta.url);
  const { cases } = JSON.parse(await readFile(reference, 'utf8')) as {
    cases: { file: string; activation: 'tanh'; endTime?: number | null }[];
  };
  const [{ file, activation, endTime }] = cases;
  const weights = Buffer.from(file, 'base64');
  const settings = { activation, ...(endTime && { endTime }) };
  await writeFile(at('toy.safetensors'), weights);
  await writeFile(at('toy.json'), JSON.stringify(settings));
  const given = [at('toy.safetensors'), '--from', 'ffjord', '--settings', at('toy.json'), '--out', at('toy')];
  const { code, err } = await run('import', 'pytorch', ...given);
  t.is(code, 0, err);
  const ours = await loadModel(await readModelFolder(at('toy')));
  const direct = importFfjord(new Uint8Array(weights), settings);
  const x = [[0.3, -0.7]];
  t.deepEqual((await ours.logProb(x)).logProb, (await direct.logProb(x)).logProb);
  t.is((await run('verify', at('toy'))).code, 0);

  t.regex((await run('import', 'pytorch', ...given)).err, /exists already/);
  await writeFile(at('wrong.json'), '{"activation": "tanh", "activation": "elu"}');
  const wrong = await run('import', 'pytorch', at('toy.safetensors'), '--from', 'ffjord', '--settings', at('wrong.json'), '--out', at('x'));
  t.regex(wrong.err, /occurs a second time/);
  await writeFile(at('wrong.json'), '{"activation": "tanh", "transforms": {"kind": "logit"}}');
  const noList = await run(
    'import',
    'pytorch',
    at('toy.safetensors'),
    '--from',
    'ffjord',
    '--settings',
    at('wrong.json'),
    '--out',
    at('x'),
  );
  t.regex(noList.err, /`transforms` of the settings is no list/);
  t.is((await run('import', 'pytorch', at('toy.safetensors'), '--out', at('x'))).code, 2);
  t.is((await run('import', 'tensorflow', at('toy.safetensors'))).code, 2);
});
