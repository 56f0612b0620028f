// Runs alone: nothing here may load TensorFlow.js, which is what makes these answers quick.
import { cp, readFile, truncate, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import test from 'ava';
import { encodePng } from '#src/codec/encode.js';
import { inFolder, run, runChild } from './command-line.js';

const shipped = fileURLToPath(new URL('../../models/digits8', import.meta.url));

/** TensorFlow.js leaves this mark on the global object when it loads. */
const tensorFlowIsLoaded = (): boolean => '_tfengine' in globalThis;

// Serial: none may find what another loads.
const quick = (title: string, argv: readonly string[], code: number, message: RegExp, hint: RegExp): void => {
  test.serial(title, async (t) => {
    const outcome = await run(...argv);
    t.is(outcome.code, code);
    t.is(outcome.out, '');
    t.regex(outcome.err, message);
    t.regex(outcome.err, hint);
    t.false(outcome.err.includes('    at '));
    t.false(tensorFlowIsLoaded());
  });
};

quick('an unknown command', ['smaple'], 2, /no command 'smaple'/, /Did you mean 'sample'/);
quick('an unknown flag', ['sample', '--step', '4'], 2, /no option --step/, /Did you mean --steps/);
quick('a value out of range', ['sample', '--count', '0'], 2, /--count is '0'/, /from 1 to 10000/);
quick('a class that the model lacks', ['sample', '--label', '12'], 2, /--label is '12', which is no class/, /Its classes are: 0, 1, 2/);
quick(
  'an output of another kind',
  ['sample', '--out', 'x.gif'],
  2,
  /not of a format that is written here/,
  /End it in \.png, \.webp, \.jpg, \.avif/,
);
quick(
  'an output that is two kinds',
  ['sample', '--out', 'x.png', '--format', 'webp'],
  2,
  /--out is 'x\.png' and --format is webp/,
  /End it in \.webp/,
);
quick(
  'steps and a tolerance',
  ['sample', '--steps', '4', '--tol', '0.1'],
  2,
  /--tol says nothing of equal steps/,
  /Leave one of the two out/,
);
quick(
  'a tolerance of equal steps',
  ['sample', '--solver', 'heun', '--tol', '0.1'],
  2,
  /heun takes equal steps/,
  /--steps, or --solver dopri5/,
);
quick('guidance without a class', ['sample', '--label', 'none', '-g', '2'], 2, /--guidance 2 would change nothing/, /Leave --guidance out/);
quick('a quality of what loses nothing', ['sample', '--quality', '80', '--dry-run'], 2, /a PNG loses nothing/, /Leave --quality out/);
quick('a mix of a class that is none', ['sample', '--label', '3+12'], 2, /--label is '3\+12'/, /Its classes are/);
quick('a grid without an axis', ['grid'], 2, /a grid needs an axis/, /--x OPTION=A,B,C/);
quick('an axis that is none', ['grid', '--x', 'stepps=1,2'], 2, /'stepps', which is no setting/, /Did you mean 'steps'/);
quick('an axis without values', ['grid', '--x', 'steps'], 2, /lacks values/, /--x steps=A,B,C/);
quick('an axis with a value out of range', ['grid', '--y', 'steps=0,1'], 2, /--y steps is '0'/, /from 1 to 10000/);
quick('an axis with a value twice', ['grid', '--x', 'seed=1,1'], 2, /--x has 1 twice/, /each value once/);
quick(
  'an axis of what is given',
  ['grid', '--x', 'seed=1-3', '-s', '4'],
  2,
  /--seed is given, and an axis goes/,
  /Leave one of the two out/,
);
quick('an axis on both sides', ['grid', '--x', 'steps=1,2', '--y', 'steps=3'], 2, /it is both axes/, /two different settings/);
quick(
  'an axis of tolerances of equal steps',
  ['grid', '--x', 'solver=heun,dopri5', '--y', 'tol=0.1'],
  2,
  /tol would change nothing: heun/,
  /--solver dopri5/,
);
quick('an axis of guidance without a class', ['grid', '--x', 'guidance=1,2', '--label', 'none'], 2, /no class to guide to/, /Give a class/);
quick('a way with one end', ['interpolate', '7'], 2, /1 of its two ends are given/, /two seeds, or two pictures/);
quick('an unknown model', ['sample', '--model', 'digts8'], 1, /no model 'digts8'/, /Did you mean 'digits8'/);
quick('a missing picture', ['score', 'nope.png'], 1, /'nope\.png' does not exist/, /Check the path/);
quick('no picture at all', ['score'], 2, /needs FILE/, /--help/);
quick('a folder that is no model', ['info', '.'], 1, /holds no model\.json/, /the folder of a model/);
quick('a held-out picture without a file', ['info', '--held-out', '3'], 2, /needs a file/, /--out FILE\.png/);
quick('a run that is none', ['train', '--resume', '.'], 1, /is no run: it holds no config\.json/, /the folder NAME\.run/);
quick(
  'a setting of a run that is resumed',
  ['train', '--resume', '.', '--learning-rate', '1e-4'],
  2,
  /--learning-rate cannot be given with --resume/,
  /leave --resume out/,
);
quick('a set that is none', ['train', '--data', 'mnits'], 1, /'mnits' does not exist/, /Did you mean 'mnist'\? Check the path, or give/);
quick('a folder of pictures that is missing', ['train', '--data', 'nowhere'], 1, /'nowhere' does not exist/, /Check the path/);

test.serial('with --json every line of output is JSON', (t) =>
  inFolder(async (folder) => {
    const digit = join(folder, 'digit.png');
    const { code, out } = await run('info', '--held-out', '3', '--out', digit, '--json');
    t.is(code, 0);
    t.deepEqual(JSON.parse(out), { file: digit, class: '0' });
  }),
);

test.serial('a broken picture, and one that exists already', (t) =>
  inFolder(async (folder) => {
    const path = join(folder, 'digit.png');
    const whole = await encodePng({ width: 8, height: 8, channels: 1, data: new Uint8Array(64).map((_, i) => i) });
    await writeFile(path, whole.subarray(0, 60));
    const cut = await run('score', path);
    t.is(cut.code, 1);
    t.regex(cut.err, /cannot be decoded[^]*Get it again/);
    const taken = await run('sample', '--out', path);
    t.is(taken.code, 1);
    t.regex(taken.err, /exists already[^]*--overwrite/);
    t.false(tensorFlowIsLoaded());
  }),
);

test.serial('a model cut off or forged is refused with what is wrong', (t) =>
  inFolder(async (folder) => {
    const broken = async (name: string, breakIt: (path: string) => Promise<void>): Promise<string> => {
      const path = join(folder, name);
      await cp(shipped, path, { recursive: true });
      await breakIt(path);
      const { code, err } = await run('sample', '--model', path, '--out', join(folder, 'x.png'));
      t.is(code, 1);
      return err;
    };
    const rewrite = (from: string | RegExp, to: string) => async (path: string) => {
      const file = join(path, 'model.json');
      const text = await readFile(file, 'utf8');
      t.not(text.replace(from, to), text);
      await writeFile(file, text.replace(from, to));
    };
    const manifestCut = await broken('cut', (path) => truncate(join(path, 'model.json'), 700));
    t.regex(manifestCut, /Not a model\.json that can be read|model\.json/);
    t.regex(await broken('size', rewrite('"size": 8', '"size": "8"')), /size is '8' where a whole number/);
    t.regex(await broken('kind', rewrite('"kind": "pictures"', '"kind": "tunes"')), /does not make pictures/);
    t.false(tensorFlowIsLoaded(), 'so far');
    t.regex(await broken('weights', (path) => truncate(join(path, 'weights.safetensors'), 5000)), /has 5000 bytes where model\.json says/);
    const swapped = await broken('swapped', async (path) => {
      const file = join(path, 'weights.safetensors');
      const bytes = await readFile(file);
      bytes[bytes.length - 1] ^= 1;
      await writeFile(file, bytes);
    });
    t.regex(swapped, /checksum/);
    t.regex(await broken('wide', rewrite('"size": 8', '"size": 9')), /contradicts itself/);
  }),
);

test.serial('as a process: exit codes, streams, help', async (t) => {
  t.like(await runChild('sample', '--step', '4'), { code: 2, out: '' });
  t.like(await runChild('score', 'nope.png'), { code: 1, out: '' });
  const help = await runChild('sample', '--help');
  t.like(help, { code: 0, err: '' });
  t.regex(help.out, /-s, --seed N/);
});
