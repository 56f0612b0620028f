import type { CommandContext } from '@advect/node';
import { grooveBar, type GrooveStyle } from '../data/grooves.js';
import { type Drum, drums } from '../drum-kit.js';
import { openModelFor } from '../files/open-any.js';
import { grooveText, heatLines, pocketText } from '../groove-roll.js';
import { pocketOf } from '../metrics/pocket.js';
import { grooveDefaults } from '../model/defaults.js';
import { beatStandingOf, heldOutBeatsOf, standingInWords } from '../model/held-out.js';
import { openBeat } from './open-beat.js';
import { AdvectError } from '@advect/base/errors';

type Context = Pick<CommandContext, 'note' | 'progress' | 'signal' | 'print' | 'json'>;

interface Request {
  readonly model: string;
  readonly style?: GrooveStyle;
  readonly draws: number;
  readonly seed: number;
}

/** Draws by which the touch of a stroke is measured. */
const touchDraws = 16;

/** Measures drums: bits for each stroke by the flow, the pocket, and how surprising the touch of each stroke is. */
export async function scoreBeat(context: Context, path: string, o: Request): Promise<void> {
  const { note, progress, signal, print, json } = context;
  const { groove, bar, tempo, name } = await openBeat(path, note);
  if (bar !== grooveBar) throw new AdvectError('unsupported', `'${path}' is not in 4/4`, 'The model measures bars of four quarters alone.');
  const model = await openModelFor(o.model, 'score of drums', ['grooves'], signal);
  const [{ grooveBits }, { fillGrooves }, { patternDraft }, { touchBits }] = await Promise.all([
    import('../model/groove-bits.js'),
    import('../model/groove-fill.js'),
    import('../model/groove-draft.js'),
    import('../model/groove-touch.js'),
  ]);
  const wish = { style: o.style, tempo };
  const heldOut = heldOutBeatsOf(model.manifest);
  const on = (what: string) => (done: number, total: number) => progress.update(done, total, what);
  const drawn = await fillGrooves(model.flow, patternDraft(groove), {
    ...wish,
    seed: o.seed,
    index: 0,
    count: touchDraws,
    temperature: 1,
    steps: grooveDefaults.steps,
    signal,
    onProgress: on('playing'),
  });
  const touch = touchBits(groove, drawn);
  const bits =
    o.draws === 0
      ? undefined
      : await grooveBits(model.flow, groove, {
          ...wish,
          seed: o.seed,
          draws: Math.max(2, o.draws, heldOut?.draws ?? 0),
          signal,
          onProgress: on('measuring'),
        });
  progress.clear();
  const windows = bits?.windows.map(({ draws, ...window }) => ({
    ...window,
    ...(heldOut && { heldOut: beatStandingOf({ draws }, o.style !== undefined, heldOut) }),
  }));
  const strokes = groove.hits.reduce((sum, hit) => sum + hit, 0);
  const mean = touch.reduce((sum, each) => sum + each, 0) / strokes;
  const hardest = surprising(groove.hits, touch);
  if (json)
    return print(
      JSON.stringify({
        piece: name,
        model: model.name,
        strokes,
        ...(bits && { bitsPerStroke: bits.bitsPerStroke, standardError: bits.standardError, windows }),
        touch: mean,
        surprising: hardest,
        pocket: pocketOf(groove, tempo),
      }),
    );
  print(grooveText(groove));
  print(pocketText(groove, tempo));
  if (bits && windows) {
    print(
      `${pm(bits)} bits per stroke (${strokes} strokes; velocity to 1/127, timing to 1/120 of a sixteenth; an upper bound in expectation):`,
    );
    for (const window of windows)
      print(
        `  bars ${window.bar}–${window.bar + 1}  ${pm(window)} bits per stroke, ${window.strokes} strokes${window.heldOut ? `; ${standingInWords(window.heldOut)}` : ''}`,
      );
  }
  print(`${mean.toFixed(2)} bits per stroke for the touch alone, given what is struck where; full at 20 bits:`);
  print(heatLines(groove, touch, 20));
  for (const { bar: at, sixteenth, drum, bits: each } of hardest.slice(0, 8))
    print(`  bar ${at}, sixteenth ${sixteenth}: ${drum}, ${each.toFixed(1)} bits`);
}

const pm = ({ bitsPerStroke, standardError }: { bitsPerStroke: number; standardError: number }): string =>
  `${bitsPerStroke.toFixed(2)} ± ${standardError.toFixed(2)}`;

interface Surprising {
  readonly bar: number;
  readonly sixteenth: number;
  readonly drum: Drum;
  readonly bits: number;
}

/** Strokes whose touch costs far more than usual, the most surprising first. */
function surprising(hits: Uint8Array, touch: Float32Array): Surprising[] {
  const all = [...hits.keys()].filter((i) => hits[i] === 1);
  const sorted = all.map((i) => touch[i]).sort((a, b) => a - b);
  const usual = sorted[sorted.length >> 1];
  return all
    .filter((i) => touch[i] > usual + 6)
    .sort((a, b) => touch[b] - touch[a])
    .map((i) => {
      const step = Math.floor(i / drums.length);
      return { bar: Math.floor(step / grooveBar) + 1, sixteenth: (step % grooveBar) + 1, drum: drums[i % drums.length], bits: touch[i] };
    });
}
