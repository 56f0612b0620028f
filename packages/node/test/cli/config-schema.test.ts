import test from 'ava';
import { Ajv } from 'ajv';
import { choice, configSchema, defineCommand, flag, list, numeric, type Program, runProgram, schemaCommand, text } from '#src/index.js';

const steps = (max: number) => numeric({ description: 'steps', integer: true, min: 1, max, aliases: ['numSteps'], default: 4 });
const tolerance = (usual: number) => numeric({ description: 'tolerance', default: usual });
const make = defineCommand({
  name: 'make',
  summary: 'Make.',
  options: {
    steps: steps(10),
    tol: tolerance(0.1),
    solver: choice(['heun', 'rk4'], { description: 'solver' }),
    label: list({ description: 'labels' }),
    out: text({ description: 'file' }),
    show: flag({ description: 'show' }),
  },
  run: async ({ print, options }) => print(JSON.stringify(options)),
});
const measure = defineCommand({
  name: 'measure',
  summary: 'Measure.',
  options: { steps: steps(100), tol: tolerance(0.2) },
  run: async () => {},
});
const program: Program = {
  name: 'advect-image',
  version: '1',
  summary: '',
  settings: 'image',
  commands: [make, measure, schemaCommand(() => program)],
};
const allows = new Ajv({ allowUnionTypes: true }).compile(configSchema(program));

const settings: readonly (readonly [image: object, fine: boolean])[] = [
  [{ steps: 8, solver: 'heun', tol: 0.1, label: ['3', 4], out: 'a.png', show: true }, true],
  [{ make: { numSteps: 10, label: '3,4' }, measure: { steps: 100 } }, true],
  [{ make: { steps: 11 } }, false],
  [{ steps: 11, measure: {} }, true],
  [{ steps: 101 }, false],
  [{ measure: { steps: 1.5 } }, false],
  [{ solver: 'euler' }, false],
  [{ out: '' }, false],
  [{ measure: { solver: 'heun' } }, false],
  [{ step: 8 }, false],
  [{ make: 3 }, false],
];

for (const [image, fine] of settings) {
  test(`${fine ? 'fine' : 'refused'}: ${JSON.stringify(image)}`, (t) => {
    t.is(allows({ $schema: './advect.schema.json', image, music: { tempo: 80 } }), fine, JSON.stringify(allows.errors));
  });
}

test('what the schema allows for a command, the command takes', async (t) => {
  for (const [image] of settings.filter(([, fine]) => fine).slice(0, 2)) {
    const config = async (): Promise<string> => JSON.stringify({ image });
    t.is(await runProgram(program, { argv: ['make'], env: {}, stdout: { write: () => {} }, stderr: { write: t.log }, config }), 0);
  }
});

test('a default that differs from command to command is told of each alone', (t) => {
  const { properties } = configSchema(program) as { properties: { image: { properties: Record<string, { properties?: object }> } } };
  const { tol, make: ofMake, measure: ofMeasure } = properties.image.properties;
  t.deepEqual(tol, { type: 'number', description: 'tolerance' });
  t.like(ofMake.properties, { tol: { description: 'tolerance (default: 0.1)' } });
  t.like(ofMeasure.properties, { tol: { description: 'tolerance (default: 0.2)' } });
});

test('the command prints it, with descriptions and defaults', async (t) => {
  let out = '';
  const stdout = { write: (part: string | Uint8Array) => void (out += String(part)) };
  t.is(await runProgram(program, { argv: ['schema'], env: {}, stdout, stderr: { write: t.log } }), 0);
  t.deepEqual(JSON.parse(out), configSchema(program));
  t.regex(out, /"description": "steps \(default: 4\)"/);
});
