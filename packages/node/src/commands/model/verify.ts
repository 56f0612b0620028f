import { readModelManifest } from '@advect/core/io';
import { AdvectError } from '@advect/base/errors';
import { type CommandContext, defineCommand } from '../../cli/command.js';
import { openModelFiles } from '../../model-source.js';
import { modelPlace } from './place.js';

export const verify = defineCommand({
  name: 'verify',
  summary: 'Check a model: manifest, checksum, shapes, numbers, and that it computes.',
  details: 'Exit code 0 where all is well, 1 at the first fault. The file may come from a stranger: nothing in it is run.',
  positionals: [modelPlace],
  options: {},
  examples: [['verify digits8/', 'before it is published, or after it was fetched']],
  run,
});

async function run({ positionals: [place], print, json, signal }: CommandContext): Promise<void> {
  const done: { check: string; found: string }[] = [];
  const passed = (check: string, found: string): void => {
    done.push({ check, found });
    if (!json) print(`ok  ${check}: ${found}`);
  };
  const files = await openModelFiles(place, { signal });
  const { base, parameters, weights } = readModelManifest(files);
  passed('model.json', 'a whole manifest of a version that is read');
  const card = files.get('MODEL_CARD.md');
  if (card) {
    if (!new TextDecoder().decode(card).includes(weights.sha256)) {
      throw new AdvectError('invalid-file', 'MODEL_CARD.md tells of other weights: their checksum is not in it', 'Write the card anew.');
    }
    passed('MODEL_CARD.md', 'names the checksum of these weights');
  }
  const { loadModel, standardNormal } = await import('@advect/core');
  const sampled = base.kind === 'sampled';
  const flow = await loadModel(files, sampled ? { base: standardNormal() } : {});
  passed('weights.safetensors', `${weights.bytes} bytes with the SHA-256 that model.json has`);
  passed('field', `built from its settings, with ${Object.keys(parameters).length} arrays of finite ${weights.dtype} weights that fit`);
  // A model that starts from samples of its own is asked where noise would go: its source is not in the file.
  const { x } = await flow.sample(1, { steps: 4 });
  if (!x.data.every(Number.isFinite)) {
    throw new AdvectError('invalid-value', 'a sample of the model is not finite', 'Train it anew, with a lower learning rate.');
  }
  passed(sampled ? 'a point that the field carries' : 'a sample', `[${x.shape.slice(1).join(', ')}], finite`);
  if (json) print(JSON.stringify({ passed: done }));
}
