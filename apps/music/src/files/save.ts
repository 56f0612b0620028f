import { choraleFile } from '@advect/node';
import type { StyleReport } from '../metrics/report.js';
import type { MeasureSettings } from './course.js';
import { markdownTable, type ModelText, percent, spreadOf } from './model-files.js';
import type { MusicCredit } from '../data/music-credit.js';
import { composeDefaults, mendingRounds } from '../model/defaults.js';
import type { FramewiseMean } from '../model/framewise.js';
import type { HeldOutBits } from '../model/held-out.js';
import type { Measured } from '../model/measure.js';

/** What was found out about a trained model. */
export interface Findings {
  readonly measured: Measured;
  /** Of test windows, by a flow that is told what is given. */
  readonly framewise?: FramewiseMean;
  /** Of the test chorales, where there are enough. */
  readonly heldOut?: HeldOutBits;
}

export interface ModelDescription extends Findings, Pick<MeasureSettings, 'name' | 'settings'> {
  /** Whose music it has learned from, where it is not the JSB set. */
  readonly credit?: MusicCredit;
}

/** What was measured of the model's own tunes, as numbers with names. */
export const metricsOf = ({ measured, framewise, heldOut }: Findings): Record<string, number> => ({
  ...(heldOut && { 'test chorales: bits per note, median': heldOut.pieces.percentiles[50] }),
  ...(framewise && { 'framewise: nats': framewise.nats, 'framewise: standardError': framewise.standardError }),
  ...Object.fromEntries(
    (['flow', 'not mended', 'polished', 'harmonised', 'as composed'] as const).flatMap((set) =>
      Object.entries(measured[set] ?? {}).map(([figure, value]) => [`${set}: ${figure}`, value]),
    ),
  ),
});

/** What a model of chorales is. */
export const aboutChorales = (credit?: MusicCredit): ModelText => ({
  description: `Composes four bars of four-part music in the style of ${credit ? credit.data : 'the chorales of J. S. Bach'}.`,
  defaults: { ...composeDefaults },
  application: { kind: 'chorales', bars: 4, grid: 'eighth notes', voices: 4 },
  training: { ...(credit ?? choraleCredit), objective: 'endpoint matching: cross-entropy of the pitch at the end of the path' },
});

const choraleCredit = {
  data: 'JSB chorales (Boulanger-Lewandowski et al. 2012; encoded by Moray Allan), train split, moved to C major or A minor',
  data_url: choraleFile.url,
  data_sha256: choraleFile.sha256,
  data_licence: 'none stated by the set; the music is in the public domain',
};

/** The figures of the style report as columns of a table. */
export const styleColumns: readonly (readonly [string, (r: StyleReport) => string])[] = [
  ['tunes', (r) => String(r.scores)],
  ['chord overlap', (r) => r.chordOverlap.toFixed(3)],
  ['in top 60 chords', (r) => percent(r.topChords)],
  ['interval overlap', (r) => r.intervalOverlap.toFixed(3)],
  ['duration overlap', (r) => r.durationOverlap.toFixed(3)],
  ['stepwise', (r) => percent(r.stepwise)],
  ['in one scale', (r) => percent(r.scale)],
  ['pitch-class entropy', (r) => `${r.pitchClassEntropy.toFixed(2)} bit`],
  ['crossing', (r) => percent(r.crossing)],
  ['parallels / 100 changes', (r) => r.parallelsPerHundred.toFixed(1)],
  ['longest copy', (r) => (r.copyMean === undefined ? '–' : r.copyMean.toFixed(2))],
  ['copied > 0.9', (r) => (r.copied === undefined ? '–' : percent(r.copied))],
];

/** The sections of a card of chorales. */
export function choraleCard({ name, measured, framewise, heldOut, credit, settings }: ModelDescription): string {
  const table = markdownTable(measured, styleColumns);
  return `## Use

\`\`\`
advect-music compose --model ${name} --seed 7
\`\`\`

## Style, measured

Histograms are compared with those of the training ${credit ? 'pieces' : 'chorales'} (overlap: 1 is equal). "test" is real music that training never
saw, "test endings" the last four bars of it, which is what the model is asked for here; "voices mixed" and "steps shuffled" are controls made of it, which keep the melodies but not the harmony, and the
harmony but not the melodies. "flow" is the deterministic flow at temperature 1; "polished" draws a share of
${composeDefaults.polish} of the noise afresh in each step, at temperature ${composeDefaults.temperature}${
    measured['not mended']
      ? `, and composes notes that make parallels or
crossings anew, told all the rest, in ${mendingRounds} rounds, so that these two figures are mended for ("not mended": without that); "harmonised" has
the soprano of a test ending, and three polished voices under it`
      : ''
  }; "as composed" is what the app gives by default: one of ${composeDefaults.best}
polished candidates, chosen by voice leading, cadence, consonance, motion and the model's own surprise, so that the last two
columns before the copies are partly what was selected for. "Longest copy" is the longest run of steps that stands note for
note (in any key) in one of them, as a share of four bars.

${table}
${framewise ? `\n${describeFramewise(framewise, settings.atStart)}\n` : ''}${heldOut ? `\n${describeHeldOut(heldOut)}\n` : ''}
## Data and licence

${credit ? `Learned from ${credit.data}; their licence is ${credit.data_licence}.` : aboutSet}

## Limits

Four bars of eighth notes in four voices, in C major or A minor before transposition; no repeated notes, words, dynamics or
fermatas. Windows begin at half bars counted from the beginning of a piece, so bar lines are a convention of the output.${
    credit ? '' : '\nThe plain flow makes more parallel fifths and octaves than Bach does; see the table.'
  }
`;
}

const describeFramewise = ({ nats, standardError, windows }: FramewiseMean, atStart = 0): string =>
  `Framewise: ${nats.toFixed(3)} ± ${standardError.toFixed(3)} nats for the four pitches of an eighth note, given those before it in a random order of frames
and voices, over ${windows} ${windows === 1 ? 'window' : 'windows'} of test chorales (an upper bound in expectation). Coconet's 0.57 (Huang et al. 2017) is for a sixteenth, of
whole chorales in all keys, so that for the same stretch of time it needs ${(nats / 1.14).toFixed(1)} times fewer: it was trained to answer just this question,
while this network composes all notes at once; it is asked at t = 0 here, where ${
    atStart > 0 ? `${percent(atStart)} of the examples of its training lie` : 'its training hardly looks'
  }.`;

const describeHeldOut = ({ pieces, passages, draws, levels }: HeldOutBits): string =>
  `Bits per note of the test ${pieces.count === 1 ? 'chorale' : 'chorales'} by the denoising bound (${draws} draws of ${levels} levels of noise): ${spreadOf(pieces)} of ${pieces.count} whole pieces;
${spreadOf(passages)} of ${passages.count} passages of four bars. \`score\` tells where a piece lies among them.`;

const aboutSet = `The JSB chorales are 382 four-part chorales by J. S. Bach (public domain) in the encoding of Moray Allan, with the split of
Boulanger-Lewandowski, Bengio & Vincent (2012), from
<${choraleFile.url}>.
The set states no licence; it is not handed on here, the
weights are learned from it.`;
