import { type CommandContext, defineCommand, flag, numeric } from '@advect/node';
import { keyName, longKeyName } from '../data/musical-key.js';
import { openModelFor } from '../files/open-any.js';
import { heatText } from '../heat.js';
import { faultsOf } from '../metrics/faults.js';
import { checkVoiceLeading } from '../metrics/voice-leading.js';
import { heldOutOf, type Standing, standingInWords, standingOf } from '../model/held-out.js';
import type { PieceBits } from '../model/piece-bits.js';
import { type Score, voiceNames } from '../score.js';
import { styleOption } from './beat-options.js';
import { refuseForeign } from './foreign-options.js';
import { openPiece, type Piece } from './open-piece.js';
import { isBeat } from './rework-beat.js';
import { scoreBeat } from './score-beat.js';
import { scoreMelody } from './score-melody.js';
import { modelOption, pieceKeyOption, readKey } from './tune-options.js';

const options = {
  model: modelOption,
  key: pieceKeyOption,
  style: styleOption,
  draws: numeric({
    integer: true,
    description: 'draws for the flow’s own bound, some ten seconds each for four bars; 0 leaves it out',
    min: 0,
    max: 64,
    default: 2,
  }),
  exact: flag({ description: 'exact divergence instead of an estimate: minutes for four bars' }),
  seed: numeric({ integer: true, description: 'seed of the noise', min: 0, max: Number.MAX_SAFE_INTEGER, default: 0 }),
};

export const score = defineCommand({
  name: 'score',
  summary: 'How probable a piece is to a model, bar by bar: of four voices, with a report on its voice leading, of drums, or a melody.',
  details:
    'Bits per note are upper bounds in expectation. The flow’s own bound is one number for four bars; the denoising bound is a\n' +
    'sum over notes and tells which bars cost most; bars far above the others are called odd. The map shows how surprised the model\n' +
    'is at each note, given a noisy view of all: the rest of the piece explains a calm one. Drums are measured by the model of grooves:\n' +
    'bits per stroke with their touch and timing, and how far each touch is from how the model would play the same pattern.',
  positionals: [
    { name: 'FILE', description: 'a piece of four voices and at least four bars: .mid, .abc, .musicxml, .xml or .mxl', required: true },
  ],
  options,
  examples: [
    ['score tune.mid', 'bits, odd bars, faults'],
    ['score tune.mid --draws 0 --json', 'the quick part of it, for a program'],
  ],
  async run(context) {
    const { options: o, given, positionals, note, progress, signal, print, json } = context;
    if (await isBeat(positionals[0])) {
      refuseForeign('grooves', given);
      return scoreBeat(context, positionals[0], { ...o, model: given.includes('model') ? o.model : 'grooves' });
    }
    const piece = await openPiece(positionals[0], note);
    const model = await openModelFor(o.model, 'score of voices', ['chorales', 'melodies'], signal);
    const key = o.key === undefined ? {} : { key: readKey(o.key) };
    refuseForeign(model.kind, given);
    if (model.kind === 'melodies') return scoreMelody(context, model, piece, { seed: o.seed, ...key });
    const { flow, name, manifest } = model;
    const leading = checkVoiceLeading(piece.score);
    const faults = faultsOf(piece.score).map(({ place, words }) => `${place}: ${words}`);
    if (piece.voices.length < voiceNames.length) note('the model knows four voices: what is missing counts as rests');
    const { pieceBits } = await import('../model/piece-bits.js');
    const heldOut = heldOutOf(manifest);
    const bits = await pieceBits(flow, piece.score, {
      seed: o.seed,
      draws: o.draws,
      exact: o.exact,
      ...(heldOut && { bound: { draws: heldOut.draws, levels: heldOut.levels } }),
      signal,
      ...key,
      onProgress: (done, total) => progress.update(done, total, 'measuring'),
    });
    progress.clear();
    const standing = heldOut && standingOf(bits.denoising.bitsPerNote, piece.score.steps, heldOut);
    if (json) return print(JSON.stringify({ ...asValues(piece, name, bits, leading.parallelsPerHundred, faults), heldOut: standing }));
    present(context, piece.score, bits, standing);
    print(
      `voice leading: ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}; ${leading.parallelsPerHundred.toFixed(1)} parallels per 100 chord changes (real chorales: 0.3), voices cross in ${(100 * leading.crossing).toFixed(0)} % of the steps`,
    );
    for (const line of faults.slice(0, 24)) print(`  ${line}`);
    if (faults.length > 24) print(`  and ${faults.length - 24} more`);
  },
});

const pm = ({ bitsPerNote, standardError }: { bitsPerNote: number; standardError: number }): string =>
  `${bitsPerNote.toFixed(2)} ± ${Number.isFinite(standardError) ? standardError.toFixed(2) : '?'}`;

function present(
  { print }: Pick<CommandContext, 'print'>,
  piece: Score,
  { key, notes, folded, flow, denoising, surprise, bars }: PieceBits,
  standing: Standing | undefined,
): void {
  print(`${notes} notes in ${longKeyName(key)}`);
  if (folded > 0) print(`${folded} eighth notes lie outside the model’s range; it was shown them octaves off`);
  if (flow) print(`${pm(flow)} bits per note by the flow`);
  print(`${pm(denoising)} bits per note by the denoising bound${standing ? `: ${standingInWords(standing)}` : ''}; bar by bar:`);
  for (const { bar, notes: count, bits, standardError, odd } of bars) {
    const each = count === 0 ? '' : `, ${(bits / count).toFixed(2)} a note`;
    print(
      `  bar ${String(bar).padStart(3)}  ${bits.toFixed(1).padStart(6)} ± ${standardError.toFixed(1)} bits${each}${odd ? '   odd' : ''}`,
    );
  }
  print('surprise at each note given the rest, full at 6 bits:');
  print(heatText(piece, surprise, 6));
}

const asValues = ({ name }: Piece, model: string, bits: PieceBits, parallelsPerHundred: number, faults: readonly string[]): object => ({
  piece: name,
  model,
  key: keyName(bits.key),
  notes: bits.notes,
  flow: bits.flow,
  denoising: bits.denoising,
  bars: bits.bars,
  oddBars: bits.bars.filter(({ odd }) => odd).map(({ bar }) => bar),
  surprise: Array.from(bits.surprise, (v) => Number(v.toFixed(3))),
  parallelsPerHundred,
  faults,
});
