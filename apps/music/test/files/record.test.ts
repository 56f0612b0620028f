import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { courseOf } from '#src/files/course.js';
import { openModelFor } from '#src/files/open-any.js';
import { recordMeasured } from '#src/files/record.js';
import { shippedModels } from '#src/files/shipped.js';

const { signal } = new AbortController();

test('what is measured anew takes its place in manifest and card; the weights and what was added to the card stay', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'advect-record-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  await cp(join(shippedModels, 'grooves'), folder, { recursive: true });
  const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
  const before = JSON.parse(await read('model.json')) as {
    name: string;
    application: object;
    training: object;
    defaults: object;
    weights: object;
  };
  const added = '## Heard by\n\nA drummer.\n\n';
  await writeFile(join(folder, 'MODEL_CARD.md'), (await read('MODEL_CARD.md')).replace('## Likelihood, measured', `${added}$&`));
  const course = await courseOf('grooves');
  const model = await openModelFor(folder, 'evaluate', ['grooves'], signal);
  const card = '## Style, measured\n\nanew\n';
  const percentiles = Array.from({ length: 101 }, (_, i) => i);
  const heldOut = { draws: 2, untold: { count: 9, percentiles }, told: { count: 9, percentiles } };
  const measure = (): Promise<object> => Promise.resolve({ metrics: { 'flow: strokes': 3 }, heldOut, card });
  await recordMeasured({ ...course, measure } as never, model, folder, {}, { count: 1, signal });
  const after = JSON.parse(await read('model.json')) as typeof before & { metrics: object };
  t.deepEqual(after.weights, before.weights);
  t.deepEqual({ ...after, metrics: 0, application: 0 } as object, { ...before, metrics: 0, application: 0 });
  t.deepEqual(after.metrics, { 'flow: strokes': 3 });
  t.deepEqual(after.application, { ...before.application, heldOut });
  const said = await read('MODEL_CARD.md');
  t.regex(said, /\| flow: strokes \| 3 \|/);
  t.regex(said, /## Style, measured\n\nanew\n\n## Heard by\n\nA drummer\.\n\n/);
  t.is(said.match(/^## Style, measured$/gm)?.length, 1);
  // Neither another name nor one that the other is a part of.
  for (const data of ['3 pieces of the folder mine', `${(before.training as { data: string }).data} and more`])
    await t.throwsAsync(recordMeasured(course, model, folder, { credit: { data, data_licence: 'unknown' } }, { count: 1, signal }), {
      code: 'invalid-option',
      message: new RegExp(`these are "${data.replaceAll(/[().]/g, '\\$&')}"`),
    });
});
