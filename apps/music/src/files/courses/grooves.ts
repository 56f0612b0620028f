import type { JsonObject } from '@advect/core/io';
import { pieceOfGroove } from '../../codec/groove-piece.js';
import { writeMidi } from '../../codec/midi-write.js';
import { midiOfPiece } from '../../codec/piece-midi.js';
import type { MusicCredit } from '../../data/music-credit.js';
import { grooveDefaults } from '../../model/defaults.js';
import type { HeldOutBeats } from '../../model/held-out.js';
import type { Course } from '../course.js';
import { type Grooves, openGrooves } from '../groove-source.js';
import { figure, flatMetrics, markdownTable, percent, spreadOf } from '../model-files.js';

/** Two bars of drums as they were played. */
export const grooves: Course<Grooves> = {
  defaults: { width: 112, layers: 4, masks: 0.65, steps: 20_000, batch: 48, learningRate: 1e-3, weightDecay: 0.01 },
  unit: 'mean square',
  open: openGrooves,
  learnedBy: async () => (await import('../../model/groove-flow.js')).isGrooveFlow,
  describe: ({ train, valid, test }) =>
    `${train.length} windows of two bars to learn from, ${valid.length} to watch, ${test.length} more to measure with`,
  training: async (data, settings, from) => (await import('../../model/groove-training.js')).grooveTraining(data, settings, from),
  async sample(flow) {
    const { makeGrooves } = await import('../../model/groove-flow.js');
    const [groove] = await makeGrooves(flow, { style: 'funk', tempo: 100 }, { seed: 0, index: 0, count: 1, ...grooveDefaults });
    return new Map([['mid', writeMidi(midiOfPiece(pieceOfGroove(groove, { tempo: 100, title: 'A sample on the way' })))]]);
  },
  about: ({ credit }) => ({
    description: 'Plays two bars of drums, and gives patterns and tapped rhythms the velocities and the timing of a drummer.',
    defaults: { ...grooveDefaults },
    application: { kind: 'grooves', bars: 2, grid: 'sixteenth notes', drums: 9 },
    training: { ...(credit ?? grooveCredit), objective: 'flow matching: mean square of the velocity, times logit-normal' },
  }),
  async measure(flow, data, { count, signal, onProgress }) {
    const [{ measureGrooves }, { measureHeldOutBeats }] = await Promise.all([
      import('../../model/groove-measure.js'),
      import('../../model/groove-held-out.js'),
    ]);
    const telling = (what: string) => (done: number, total: number) => onProgress?.(done, total, what);
    const measured = await measureGrooves(flow, data, { count, signal, onProgress: telling('playing and measuring') });
    const heldOut = await measureHeldOutBeats(flow, data.test, { signal, onProgress: telling('measuring held-out performances') });
    return {
      metrics: {
        ...(heldOut && { 'test performances: bits per stroke, median': heldOut.untold.percentiles[50] }),
        ...flatMetrics({ flow: measured.style.flow, humanised: measured.humanised.humanised, likelihood: likelihoods(measured) }),
      },
      ...(heldOut && { heldOut: heldOut as unknown as JsonObject }),
      card: card(measured, heldOut, data.credit),
    };
  },
};

const grooveCredit = {
  data: 'Groove MIDI Dataset 1.0.0 (Gillick et al. 2019), beats in 4/4 of its train split, two bars from every bar on',
  data_url: 'https://magenta.tensorflow.org/datasets/groove',
  data_licence: 'CC BY 4.0, Google LLC (Magenta)',
} satisfies MusicCredit;

type Measured = Awaited<ReturnType<typeof import('../../model/groove-measure.js').measureGrooves>>;

type Report = Measured['style']['flow'];

const likelihoods = ({ likelihood }: Measured): Record<string, number> =>
  Object.fromEntries(Object.entries(likelihood).map(([name, { natsPerStroke }]) => [`${name}, nats per stroke`, natsPerStroke]));

/** The figures of drums as columns of a table. */
export const grooveColumns: readonly (readonly [string, (r: Report) => string])[] = [
  ['grooves', (r) => String(r.grooves)],
  ['strokes (sd)', (r) => `${r.strokes.toFixed(1)} (${r.strokesSpread.toFixed(1)})`],
  ['density overlap', (r) => figure(r.densityOverlap, 3)],
  ['hit map r', (r) => figure(r.hitCorrelation, 3)],
  ['velocity overlap', (r) => figure(r.velocityOverlap, 3)],
  ['offset overlap', (r) => figure(r.offsetOverlap, 3)],
  ['accents r', (r) => figure(r.accentCorrelation, 3)],
  ['pushes r', (r) => figure(r.pushCorrelation, 3)],
  ['offset sd', (r) => figure(r.offsetSpread, 3)],
  ['likest source', (r) => figure(r.copyMean, 2)],
  ['copied > 0.9', (r) => (r.copied === undefined ? '–' : percent(r.copied))],
];

const card = (measured: Measured, heldOut: HeldOutBeats | undefined, credit?: MusicCredit): string => `## Style, measured

Beside the train windows (which would have 1 in every column of overlaps and correlations). "held out" are performances that
training never saw, "as many" a sample of them as large as the flow's; "train, as told" are train windows of the same styles at the
nearest tempos, which is all that the flow is told; "quantised" and "jittered" are controls made of them: on the
grid at one velocity, and with velocities and offsets of strokes drawn from anywhere. Correlations are over drums and sixteenths of
the bar: how often, how hard, how late. The flow plays at temperature ${grooveDefaults.temperature}, chosen on these same held-out performances.

${markdownTable(measured.style, grooveColumns)}

${beside(measured.style)}

Held-out patterns whose velocities and timing were taken away, and what the flow gives them back, beside the performances
themselves:

${markdownTable(measured.humanised, grooveColumns.slice(0, -2))}

## Likelihood, measured

Of held-out grooves, in nats for each stroke (larger is better); a lower bound in expectation, over the noise that makes strokes
continuous. The normal distribution (full covariance) and the mixture (16 diagonal ones) are fitted to the same numbers.

${markdownTable(measured.likelihood, [
  ['nats per stroke', (r) => r.natsPerStroke.toFixed(3)],
  ['standard error', (r) => r.standardError.toFixed(3)],
])}
${heldOut ? `\n${describeHeldOut(heldOut)}\n` : ''}
## Data and licence

${
  credit
    ? `Learned from ${credit.data}; their licence is ${credit.data_licence}.`
    : `The Groove MIDI Dataset by Google LLC (Magenta), CC BY 4.0: Gillick, Roberts, Engel, Eck & Bamman (2019), "Learning to groove with
inverse sequence transformations".`
}

## Limits

Two bars of 4/4 in sixteenths on nine drums; no triplets, flams or open-hat lengths.${
  credit
    ? ''
    : ` The drummers of the held-out part play in
the train part, too.`
}
`;

const columns = ['density overlap', 'hit map r', 'velocity overlap', 'offset overlap', 'accents r', 'pushes r'] as const;

/** What of the six columns reaches the held-out performances, and how the numbers of strokes vary. */
function beside({ flow, 'held out': all, 'as many': some, 'train, as told': known }: Measured['style']): string {
  const values = (r: Report): (number | undefined)[] => [
    r.densityOverlap,
    r.hitCorrelation,
    r.velocityOverlap,
    r.offsetOverlap,
    r.accentCorrelation,
    r.pushCorrelation,
  ];
  const short = columns.filter((_, i) => [all, some].some((held) => !((values(flow)[i] ?? -1) >= (values(held)[i] ?? -1))));
  const reached =
    short.length === 0
      ? 'All six overlaps and correlations of the flow are at or above those of both rows of held-out performances'
      : `Of the six overlaps and correlations the flow is below held-out performances in ${short.join(', ')}`;
  const spread = ({ strokesSpread }: Report): string => strokesSpread.toFixed(1);
  const learned = known.grooves > 0 ? `;\nthe train windows of the styles and tempos that it was told by ${spread(known)}` : '';
  return `${reached}; its numbers of strokes spread by ${spread(flow)}, theirs by ${spread(all)}${learned}.`;
}

const describeHeldOut = ({ draws, untold, told }: HeldOutBeats): string =>
  `Bits per stroke of two bars of test performances, velocity to 1/127 and timing to 1/120 of a sixteenth (${draws} draws of the noise):
${spreadOf(untold)} of ${untold.count}, told their tempo;
${spreadOf(told)}, told their style as well. \`score\` and the page tell where a beat lies among them.`;
