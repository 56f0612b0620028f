import test from 'ava';
import type { Manifest } from '#src/io/manifest.js';
import { modelCard } from '#src/model/index.js';

const manifest: Manifest = {
  name: 'two\n moons',
  description: 'Points *on* two `arcs` <of> [a] circle_ #1 | \\.',
  field: { kind: 'mlp', hidden: [3, 4] },
  base: { kind: 'gaussian' },
  transforms: [],
  labels: [],
  defaults: {},
  application: { hidden: true },
  training: { command: 'advect train', long: 'x'.repeat(301), limit: 'y'.repeat(300) },
  metrics: { 'test nats': 1.25 },
  parameters: { 'a/weight': [2, 3], 'a/bias': [3], scale: [] },
  weights: { sha256: 'ab', bytes: 40, dtype: 'float32' },
};

test('the card of a model, word for word', (t) => {
  t.is(
    modelCard(manifest),
    `# two moons

Points \\*on\\* two \\\`arcs\\\` \\<of\\> \\[a\\] circle\\_ \\#1 \\| \\\\.

A continuous normalizing flow made with Advect: it gives samples, and the log-density of any sample.

## Model

| | |
| --- | --- |
| field | mlp |
| base | gaussian |
| transforms | none |
| parameters | 10 |
| weights file | 40 bytes of float32, SHA-256 ab |

## Field

| | |
| --- | --- |
| hidden | \\[3,4\\] |

## Training

| | |
| --- | --- |
| command | advect train |
| long | ${'x'.repeat(300)} … |
| limit | ${'y'.repeat(300)} |

## Measured

| | |
| --- | --- |
| test nats | 1.25 |
`,
  );
});

test('what there is more of has its place on the card', (t) => {
  const card = modelCard({
    ...manifest,
    labels: ['outer', 'inner'],
    defaults: { steps: 20 },
    transforms: [{ kind: 'logit' }, { kind: 'affine' }],
    description: '',
    training: {},
  });
  t.true(card.includes('| transforms | logit, affine |\n| parameters | 10 |\n| classes | outer, inner |\n'));
  t.true(card.endsWith('## Default settings\n\n| | |\n| --- | --- |\n| steps | 20 |\n'));
  t.true(card.startsWith('# two moons\n\nA continuous'), 'no empty paragraph for what is empty');
  t.false(card.includes('## Training'));
});
