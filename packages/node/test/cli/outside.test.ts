import test from 'ava';
import { defineCommand, flag, list, numeric, type Program, runProgram, text } from '#src/index.js';

const solver = {
  steps: numeric({ description: 'steps', integer: true, min: 1, aliases: ['numSteps'] }),
  solver: text({ description: 'solver' }),
};
const make = defineCommand({
  name: 'make',
  summary: 'Make.',
  options: {
    ...solver,
    labelDropout: numeric({ description: 'share' }),
    label: list({ description: 'labels' }),
    show: flag({ description: 'show' }),
  },
  run: async ({ options, sources, print }) => print(JSON.stringify({ ...options, sources })),
});
const measure = defineCommand({
  name: 'measure',
  summary: 'Measure.',
  options: { draws: numeric({ description: 'draws' }) },
  run: async () => {},
});
const program: Program = { name: 'advect-image', version: '1', summary: '', settings: 'image', commands: [make, measure] };

async function run(argv: string[], env: Record<string, string> = {}, config?: unknown, of = program) {
  let [out, err] = ['', ''];
  const code = await runProgram(of, {
    argv: ['make', ...argv],
    env,
    stdout: { write: (line) => void (out += line) },
    stderr: { write: (line) => void (err += line) },
    config: async () => (config === undefined || typeof config === 'string' ? config : JSON.stringify(config)),
  });
  return { code, err, made: code === 0 ? JSON.parse(out) : undefined };
}

test('the command line comes before the environment, that before the file, and a command there before its program', async (t) => {
  const config = {
    $schema: 'x',
    image: { steps: 8, solver: 'heun', make: { solver: 'rk4', label: ['3', '4'] }, measure: { draws: 3 } },
    music: {},
  };
  t.like((await run([], {}, config)).made, {
    steps: 8,
    solver: 'rk4',
    label: ['3', '4'],
    sources: { steps: 'advect.config.json', solver: 'advect.config.json', label: 'advect.config.json' },
  });
  t.like((await run([], { ADVECT_IMAGE_STEPS: '9' }, config)).made, { steps: 9, solver: 'rk4', sources: { steps: 'ADVECT_IMAGE_STEPS' } });
  t.like((await run(['--steps', '7'], { ADVECT_IMAGE_STEPS: '9' }, config)).made, { steps: 7, sources: { steps: '--steps' } });
  t.deepEqual((await run([])).made.sources, {});
});

test('names in any spelling, aliases, lists and switches', async (t) => {
  const env = { ADVECT_IMAGE_LABEL_DROPOUT: '0.5', ADVECT_IMAGE_NUM_STEPS: '4', ADVECT_IMAGE_LABEL: '1,2', ADVECT_IMAGE_SHOW: 'yes' };
  t.like((await run([], env)).made, { labelDropout: 0.5, steps: 4, label: ['1', '2'], show: true });
  t.like((await run([], {}, { image: { 'label-dropout': 0.25, num_steps: 6, show: false } })).made, {
    labelDropout: 0.25,
    steps: 6,
    show: false,
  });
  t.like((await run(['--num-steps=3'])).made, { steps: 3, sources: { steps: '--steps' } });
  t.like((await run([], { ADVECT_DATA: '/x', ADVECT_IMAGE_STEPS: '', ADVECT_IMAGE_DRAWS: '4' })).made, { sources: {} });
});

for (const [name, env, config, message] of [
  [
    'a variable that no command has',
    { ADVECT_IMAGE_STEP: '4' },
    undefined,
    /sets ADVECT_IMAGE_STEP, which[^]*Did you mean 'ADVECT_IMAGE_STEPS'/,
  ],
  ['a name in the file', {}, { image: { step: 4 } }, /sets 'step' in 'image', which[^]*Did you mean 'steps'/],
  ['a name of another command', {}, { image: { make: { draws: 4 } } }, /sets 'draws' in 'image\.make', which/],
  ['a value out of range', { ADVECT_IMAGE_STEPS: '0' }, undefined, /ADVECT_IMAGE_STEPS is '0' where a whole number/],
  ['a value of another kind', {}, { image: { steps: {} } }, /steps in advect\.config\.json is no text/],
  ['a switch that is no switch', {}, { image: { show: 'maybe' } }, /'maybe' where true or false/],
] as const) {
  test(`${name} is wrong usage, and said`, async (t) => {
    const { code, err } = await run([], env, config);
    t.is(code, 2, err);
    t.regex(err, message);
  });
}

test('a broken file is said, and is not read by programs without settings', async (t) => {
  t.regex((await run([], {}, '{"image":')).err, /advect\.config\.json is no JSON[^]*Mend it/);
  t.regex((await run([], {}, '[]')).err, /holds no record/);
  t.regex((await run([], {}, { image: 3 })).err, /'image' in advect\.config\.json is no record/);
  t.is((await run([], {}, '{"image":', { ...program, settings: undefined })).code, 0);
});
