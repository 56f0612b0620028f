import { type Manifest, readModelManifest } from '@advect/core/io';
import { defineCommand } from '../../cli/command.js';
import { table } from '../../cli/help.js';
import { printable } from '../../printable.js';
import { openModelFiles } from '../../model-source.js';
import { modelPlace } from './place.js';

export const info = defineCommand({
  name: 'info',
  summary: 'Say what a model is: field, base, transforms, training, measured figures.',
  details: 'What model.json says. The weights are not looked at; `verify` does that.',
  positionals: [modelPlace],
  options: {},
  examples: [
    ['info digits8/', 'a model in a folder'],
    ['info npm:@me/faces --json', 'all that the manifest of an installed package says'],
  ],
  async run({ positionals: [place], print, json, signal }) {
    const manifest = readModelManifest(await openModelFiles(place, { signal }));
    if (json) print(JSON.stringify(manifest));
    else for (const line of table(facts(manifest))) print(line);
  },
});

const mostShown = 500;

/** What a manifest says, by what it is about. */
function facts({
  name,
  description,
  field,
  base,
  transforms,
  parameters,
  labels,
  training,
  metrics,
  weights,
}: Manifest): [string, string][] {
  const count = Object.values(parameters).reduce((sum, shape) => sum + shape.reduce((product, n) => product * n, 1), 0);
  return [
    ['model', name],
    ...(description === '' ? [] : [['', description] as [string, string]]),
    ['field', `${field.kind}, ${count.toLocaleString('en')} weights in ${Object.keys(parameters).length} arrays`],
    ['base', base.kind],
    ['transforms', transforms.map(({ kind }) => kind).join(', ') || 'none'],
    ...(labels.length === 0 ? [] : [['classes', labels.join(', ')] as [string, string]]),
    ['weights', `${weights.bytes.toLocaleString('en')} bytes of ${weights.dtype}, sha256 ${weights.sha256}`],
    ...Object.entries(training).map(([what, value]): [string, string] => [what, typeof value === 'string' ? value : JSON.stringify(value)]),
    ...Object.entries(metrics).map(([what, figure]): [string, string] => [what, String(Number(figure.toPrecision(6)))]),
  ].map(([what, value]) => [printable(what), printable(value)].map((text) => text.slice(0, mostShown)) as [string, string]);
}
