import { readModelManifest } from '@advect/core/io';
import { AdvectError } from '@advect/base/errors';
import { refuseExisting, writeFileAtomic } from '../../atomic-file.js';
import { type CommandContext, defineCommand } from '../../cli/command.js';
import { choice, flag, kebab, numeric, text } from '../../cli/option.js';
import { openModelFiles } from '../../model-source.js';
import { modelPlace } from './place.js';

const options = {
  what: choice(['sampler', 'logProb', 'velocity'], { description: 'what the file computes', default: 'sampler' }),
  method: text({ description: 'solver of the equal steps', default: 'rk4' }),
  steps: numeric({ description: 'steps, all of which the file holds', integer: true, min: 1, max: 10_000, default: 16 }),
  divergence: choice(['auto', 'closed-form', 'exact', 'rademacher', 'gaussian'], { description: 'of logProb', default: 'auto' }),
  out: text({ description: 'the file to write (default: MODEL.WHAT.onnx here)', short: 'o', placeholder: 'FILE.onnx' }),
  force: flag({ description: 'replace a file that exists' }),
};

export const exportModel = defineCommand({
  name: 'export',
  summary: 'Write a model as a file of another program: export onnx MODEL.',
  details:
    'One .onnx file, weights included, for any number of rows. It takes noise z of the base and gives x (sampler), takes x and gives log-densities in nats (logProb), or takes x and t and gives u (velocity).',
  positionals: [{ name: 'FORMAT', description: 'onnx', required: true }, modelPlace],
  options,
  examples: [['export onnx digits8/ --what logProb --steps 32', 'the log-density as one file']],
  run,
});

/** What each file is made without. */
const unused = { sampler: ['divergence'], logProb: [], velocity: ['method', 'steps', 'divergence'] } as const;

async function run(context: CommandContext<typeof options>): Promise<void> {
  const { positionals, options: o, given, print, note, json, signal } = context;
  const [format, place] = positionals;
  if (format !== 'onnx') throw new AdvectError('invalid-option', `FORMAT is '${format}' where onnx belongs`, 'Give: export onnx MODEL.');
  const idle = unused[o.what].filter((name) => given.includes(name)).map((name) => `--${kebab(name)}`);
  if (idle.length > 0)
    throw new AdvectError(
      'invalid-option',
      `${idle.join(', ')} would change nothing: a ${o.what} is made without`,
      o.what === 'velocity' ? 'Leave it out, or give --what sampler or logProb.' : 'Leave it out, or give --what logProb.',
    );
  const files = await openModelFiles(place, { signal });
  const name = readModelManifest(files)
    .name.replace(/[^\w-]+/g, '-')
    .slice(0, 60);
  const out = o.out ?? `${name}.${o.what}.onnx`;
  if (!o.force) await refuseExisting(out);
  const { exportFlowOnnx, loadModel } = await import('@advect/core');
  const bytes = exportFlowOnnx(await loadModel(files), {
    what: o.what,
    method: o.method as never,
    steps: o.steps,
    divergence: o.divergence,
  });
  await writeFileAtomic(out, bytes, { force: o.force });
  print(json ? JSON.stringify({ file: out, bytes: bytes.length }) : out);
  note(`${(bytes.length / 1e6).toFixed(2)} MB: ${o.what}, ${o.what === 'velocity' ? 'one evaluation' : `${o.steps} steps of ${o.method}`}`);
}
