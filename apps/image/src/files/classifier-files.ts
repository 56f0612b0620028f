import { fileURLToPath } from 'node:url';
import { AdvectError } from '@advect/base/errors';
import { type PictureClassifier, pictureClassifier, type PictureClassifierOptions } from '@advect/core';
import { formatManifest, type JsonObject, type Manifest, readModelManifest, readSafetensors, writeSafetensors } from '@advect/core/io';
import { openModelFiles, sha256 } from '@advect/node';
import type { Credit, PictureForm, PictureSet } from '../data/picture-set.js';

/** The folder of the classifiers that come with the app. */
export const shippedClassifiers = fileURLToPath(new URL('../../classifiers/', import.meta.url));

const KIND = 'picture-classifier';

/** What is kept with a classifier beside its weights. */
export interface ClassifierRecord {
  readonly name: string;
  /** The command line that makes it again. */
  readonly command: string;
  readonly training: JsonObject;
  readonly metrics: Manifest['metrics'];
  /** A line of JSON for each epoch. */
  readonly log: string;
}

/** A classifier from its files. */
export interface OpenClassifier {
  readonly name: string;
  readonly classifier: PictureClassifier;
  readonly form: PictureForm;
  readonly data: Credit;
  readonly metrics: Manifest['metrics'];
  /** sha256 of the weights. */
  readonly hash: string;
}

/** The weights as their file will give them back: rounded to float16. */
export function asStored(classifier: PictureClassifier): PictureClassifier {
  const { tensors } = readSafetensors(halfWeights(classifier));
  return pictureClassifier({ ...classifier.config, parameters: Object.fromEntries(tensors) as PictureClassifier['parameters'] });
}

/** A classifier's folder: model.json, weights in float16, a card, and the log of its training. */
export function classifierFiles(classifier: PictureClassifier, set: PictureSet, record: ClassifierRecord): Map<string, Uint8Array> {
  const { name, command, training, metrics, log } = record;
  const weights = halfWeights(classifier);
  const names = Object.keys(classifier.parameters).sort();
  const manifest: Manifest = {
    name,
    description: `Tells the ${set.classes.length} classes of ${set.credit.title} apart, to measure generated pictures with.`,
    field: { kind: KIND, ...classifier.config },
    base: { kind: 'none' },
    transforms: [],
    parameters: Object.fromEntries(names.map((weight) => [weight, classifier.parameters[weight].shape])),
    labels: set.classes,
    defaults: {},
    application: { kind: KIND, data: { ...set.credit } },
    training: { data: set.credit.title, 'data licence': set.credit.licence, ...training, command },
    metrics,
    weights: { sha256: sha256(weights), bytes: weights.length, dtype: 'float16' },
  };
  const text = new TextEncoder();
  return new Map([
    ['model.json', text.encode(formatManifest(manifest))],
    ['weights.safetensors', weights],
    ['MODEL_CARD.md', text.encode(card(manifest, set.credit))],
    ['log.jsonl', text.encode(log)],
  ]);
}

const halfWeights = ({ parameters }: PictureClassifier): Uint8Array =>
  writeSafetensors(new Map(Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1))), new Map(), { half: true });

/** A shipped classifier by its name, or any other from where `openModelFiles` finds it. Throws as that does, and `invalid-file`. */
export async function openClassifier(where: string, signal?: AbortSignal): Promise<OpenClassifier> {
  const files = await openModelFiles(where, { shipped: shippedClassifiers, signal });
  const { name, field, labels, application, metrics, weights } = readModelManifest(files);
  if (application.kind !== KIND) {
    throw new AdvectError(
      'invalid-file',
      `the model '${name}' is no classifier of pictures`,
      'Give one that image train-classifier has made.',
    );
  }
  const bytes = files.get('weights.safetensors');
  if (!bytes || bytes.length !== weights.bytes || sha256(bytes) !== weights.sha256) {
    throw new AdvectError('invalid-file', `the weights of '${name}' are not those that its model.json names`, 'Get the classifier again.');
  }
  const { kind: _, ...config } = field;
  const parameters = Object.fromEntries(readSafetensors(bytes, { finite: true }).tensors);
  let classifier: PictureClassifier;
  try {
    classifier = pictureClassifier({ ...config, parameters } as unknown as PictureClassifierOptions);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AdvectError('invalid-file', `the classifier '${name}' is broken: ${reason}`, 'Get the classifier again.', cause);
  }
  const [size, , channels] = classifier.config.event;
  const form = { size, channels: channels === 1 ? 1 : 3, levels: classifier.config.levels, classes: labels } as const;
  return { name, classifier, form, data: application.data as unknown as Credit, metrics, hash: weights.sha256 };
}

function card({ name, labels, training, metrics, weights, parameters }: Manifest, credit: Credit): string {
  const count = Object.values(parameters).reduce((sum, shape) => sum + shape.reduce((product, n) => product * n, 1), 0);
  const source = [credit.by, credit.doi && `doi:${credit.doi}`, credit.url].filter(Boolean).join(', ');
  const figures = Object.entries(metrics).map(([figure, value]) => `| ${figure} | ${value} |`);
  const settings = Object.entries(training).map(
    ([setting, value]) => `| ${setting} | ${typeof value === 'string' ? value : JSON.stringify(value)} |`,
  );
  return `# ${name}

A small convolutional net that tells the ${labels.length} classes of ${credit.title} apart: ${labels.join(', ')}.
It is a ruler, not a product: \`image evaluate\` asks it whether generated pictures are what they were asked to be, and takes the
Fréchet distance in the ${parameters['classes/weight'][0]} numbers of its layer before the last. Distances in other nets' features are other distances.

| | |
| --- | --- |
| weights | ${count}, float16, ${weights.bytes} bytes, SHA-256 ${weights.sha256} |
${figures.join('\n')}

Measured with the weights as they are stored, on all test pictures, once, after the last epoch.

## Training

| | |
| --- | --- |
${settings.join('\n')}

log.jsonl has a line for each epoch. On one machine, executor and number of threads the command makes the same weights.

## Data and licence

${credit.title}${source ? ` (${source})` : ''}, ${credit.licence}. The weights are learned from it, and the terms of the data apply to them where they apply to what is learned.
`;
}
