import type { JsonObject } from '@advect/core/io';
import { choraleFile } from '@advect/node';
import { writeMidi } from '../../codec/midi-write.js';
import { scoreToMidi } from '../../codec/score-midi.js';
import type { Chorales } from '../../data/chorales.js';
import type { MusicCredit } from '../../data/music-credit.js';
import { rest, scoreOf } from '../../score.js';
import type { MelodyReport } from '../../metrics/melody-report.js';
import type { MelodyLikelihoods, NoteBits } from '../../model/melody-likelihood.js';
import type { MeasuredMelodies } from '../../model/melody-measure.js';
import { melodyDefaults } from '../../model/defaults.js';
import type { HeldOutBits } from '../../model/held-out.js';
import type { RunSettings } from '../../model/run-settings.js';
import { openChorales } from '../chorale-source.js';
import type { Course } from '../course.js';
import { figure, flatMetrics, markdownTable, percent, spreadOf } from '../model-files.js';

/** The sopranos of chorales, with the chords under them. */
export const melodies: Course<Chorales> = {
  defaults: { width: 80, layers: 4, masks: 0.5, atStart: 0, steps: 16_000, batch: 48, learningRate: 1.5e-3, weightDecay: 0.01 },
  unit: 'nats a pitch',
  open: openChorales,
  describe: ({ train, valid, test }) =>
    `the sopranos of ${train.length} chorales to learn from, of ${valid.length} to watch, of ${test.length} to measure with`,
  learnedBy: async () => (await import('../../model/melody-flow.js')).isMelodyFlow,
  training: async (data, settings, from) => (await import('../../model/melody-training.js')).melodyTraining(data, settings, from),
  async sample(flow) {
    const { makeMelodies } = await import('../../model/melody-flow.js');
    const [pitches] = await makeMelodies(flow, [{ mode: 'major', place: 'closing' }], { seed: 0, index: 0, ...melodyDefaults });
    const score = scoreOf(Array.from(pitches, (pitch) => [pitch, rest, rest, rest]));
    const about = { tempo: 80, key: { tonic: 0, mode: 'major' }, program: 73, title: 'A sample on the way', settings: {} } as const;
    return new Map([['mid', writeMidi(scoreToMidi(score, about))]]);
  },
  about: ({ credit }) => ({
    description: 'Makes four bars of a hymn tune, freely or over chords.',
    defaults: { ...melodyDefaults },
    application: { kind: 'melodies', bars: 4, grid: 'eighth notes' },
    training: {
      ...(credit ? { ...credit, data: `the sopranos of ${credit.data}` } : melodyCredit),
      objective: 'endpoint matching: cross-entropy of the pitch at the end of the path',
    },
  }),
  async measure(flow, data, { count, signal, settings, onProgress }) {
    const [{ measureMelodies }, { measureHeldOutMelodies }] = await Promise.all([
      import('../../model/melody-measure.js'),
      import('../../model/melody-held-out.js'),
    ]);
    const telling = (what: string) => (done: number, total: number) => onProgress?.(done, total, what);
    const measured = await measureMelodies(flow, data, { count, signal, onProgress: telling('measuring') });
    const heldOut = await measureHeldOutMelodies(flow, data.test, { signal, onProgress: telling('measuring held-out melodies') });
    const { style, likelihood } = measured;
    return {
      metrics: {
        ...(heldOut && { 'test melodies: bits per note, median': heldOut.pieces.percentiles[50] }),
        ...flatMetrics({
          flow: { ...style.flow, ...likelihood.flow },
          'flow, told chords': { ...style['flow, told chords'], ...likelihood['flow, told chords'] },
          'Markov chain': likelihood['Markov chain'],
        }),
      },
      ...(heldOut && { heldOut: heldOut as unknown as JsonObject }),
      card: card(measured, { heldOut, settings, credit: data.credit }),
    };
  },
};

const melodyCredit = {
  data: 'the sopranos of the JSB chorales (Boulanger-Lewandowski et al. 2012; encoded by Moray Allan), train split, moved to C major or A minor, with the chords of the four voices',
  data_url: choraleFile.url,
  data_sha256: choraleFile.sha256,
  data_licence: 'none stated by the set; the music is in the public domain',
};

/** The figures of melodies as columns of a table. */
export const melodyColumns: readonly (readonly [string, (r: MelodyReport) => string])[] = [
  ['melodies', (r) => String(r.melodies)],
  ['interval overlap', (r) => figure(r.intervalOverlap, 3)],
  ['duration overlap', (r) => figure(r.durationOverlap, 3)],
  ['onset overlap', (r) => figure(r.onsetOverlap, 3)],
  ['stepwise', (r) => percent(r.stepwise)],
  ['in one scale', (r) => percent(r.scale)],
  ['bars repeated', (r) => percent(r.repetition)],
  ['in chord', (r) => (r.inChord === undefined ? '–' : percent(r.inChord))],
  ['longest copy', (r) => figure(r.copyMean, 2)],
  ['copied > 0.9', (r) => (r.copied === undefined ? '–' : percent(r.copied))],
];

const { polish, steps, temperature } = melodyDefaults;

/** What melodies cost, as columns of a table. */
export const noteBitsColumns: readonly (readonly [string, (r: NoteBits) => string])[] = [
  ['bits per note', (r) => r.bitsPerNote.toFixed(3)],
  ['standard error', (r) => r.standardError.toFixed(3)],
];

const card = (
  { style, likelihood }: MeasuredMelodies,
  {
    heldOut,
    settings,
    credit,
  }: { readonly heldOut: HeldOutBits | undefined; readonly settings: Pick<RunSettings, 'masks'>; readonly credit: MusicCredit | undefined },
): string => `## Style, measured

Beside the train melodies. "test" are melodies that training never saw ("as many": a sample as large as the flow's); "steps shuffled" and "other chords" are controls made of
them: their steps in random order, and the chords of another one under each. "flow" draws a share of ${polish} of the noise
afresh in each of ${steps} steps, at temperature ${temperature}, chosen on the validation melodies. "in chord" is the share of notes on
beats that belong to the chord there.

${markdownTable(style, melodyColumns)}

What test melodies cost, smaller is better; of the flow an upper bound in expectation. The Markov chain knows the note before and
the place in the bar; for train melodies it has learned from those of other chorales:

${markdownTable(likelihood, noteBitsColumns)}
${beyondChain(likelihood, settings.masks)}${heldOut ? `\n${describeHeldOut(heldOut)}\n` : ''}
## Data and licence

${
  credit
    ? `Learned from the sopranos of ${credit.data}; their licence is ${credit.data_licence}.`
    : `Melodies of hymns in the soprano of J. S. Bach's chorales (public domain), encoded by Moray Allan, in the split of
Boulanger-Lewandowski, Bengio & Vincent (2012), from <${choraleFile.url}>.
The set states no licence; it is not handed on here, the weights are learned from it.`
}

## Limits

Four bars of eighth notes, in C major or A minor before transposition; no repeated notes, words or fermatas.
`;

/** What it means where a flow that is not told chords is dearer than the chain: how far each has learned by heart. */
function beyondChain(
  { flow, 'flow, train melodies': learned, 'Markov chain': chain, 'Markov chain, train melodies': apart }: MelodyLikelihoods,
  masks: number,
): string {
  if (flow.bitsPerNote <= chain.bitsPerNote) return '';
  const [more, unseen, seen] = [flow.bitsPerNote - chain.bitsPerNote, apart.bitsPerNote, learned.bitsPerNote].map((bits) =>
    bits.toFixed(2),
  );
  return `
Without chords the flow needs ${more} bits per note more than the chain. Which melodies these are counts for as much: train melodies cost a
chain that has not learned from them ${unseen}, and the flow, which has, ${seen}. Of the examples of its training ${percent((1 - masks) / 3)} have
neither chords nor given notes.
`;
}

const describeHeldOut = ({ draws, levels, pieces, passages }: HeldOutBits): string =>
  `Bits per note of test melodies without chords by the denoising bound (${draws} draws of ${levels} levels of noise): ${spreadOf(pieces)} of ${pieces.count} whole
ones; ${spreadOf(passages)} of ${passages.count} passages of four bars. \`score\` tells where a melody lies among them.`;
