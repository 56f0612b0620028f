import { randomInt } from 'node:crypto';
import { AdvectError } from '@advect/base/errors';
import { pieceOfMelody } from '../codec/melody-piece.js';
import { chordSteps, keyOfChords, readChords, transposeChord } from '../data/chord-names.js';
import { signatureIn } from '../codec/spelling.js';
import { keyName, longKeyName } from '../data/musical-key.js';
import { transposeForVoices } from '../data/voice-range.js';
import type { ModelOfKind } from '../files/open-any.js';
import { melodyDefaults } from '../model/defaults.js';
import { type MelodySettings, readMelodySettings } from '../model/made-settings.js';
import { instruments } from '../render/instrument.js';
import { rest, scoreOf, stepsPerBar } from '../score.js';
import { melodyOfScore } from '../melody.js';
import type { ComposeContext } from './compose.js';
import { showScore } from './describe-tune.js';
import { inTurn, type Part } from './in-turn.js';
import { makingFor } from './making.js';
import { outNames, writeForms } from './output.js';
import { plan } from './plan.js';
import { checkModel, seriesFiles } from './tune-files.js';
import { readKey, requireEven } from './tune-options.js';
import { anySettingsInFile, drawAgain, withoutGiven } from './tune-settings.js';

/** Composes melodies, over chords where they are given, and writes and shows them. */
export async function composeMelody(context: ComposeContext, model: ModelOfKind): Promise<void> {
  const { options: asked, given, note, print, json, quiet, signal } = context;
  const like = asked.like === undefined ? undefined : readMelodySettings(await anySettingsInFile(asked.like), asked.like);
  const o = { ...asked, ...(like && withoutGiven(optionsOf(like), given)) };
  const chords = o.chords === undefined ? undefined : readChords(o.chords);
  const bars = o.bars ?? Math.max(4, 2 * Math.ceil((chords?.length ?? 4) / 2));
  requireEven(bars);
  if (chords && chords.length > bars)
    throw new AdvectError(
      'invalid-option',
      `there are ${chords.length} bars of chords and --bars is ${bars}`,
      'Give more bars, or fewer chords.',
    );
  const key = o.key === undefined ? chords && keyOfChords(chords) : readKey(o.key);
  const up = key ? key.tonic - (key.mode === 'major' ? 0 : 9) : 0;
  const seed = o.seed ?? randomInt(2 ** 32);
  const { to, all, of: filesOf } = await seriesFiles(outNames(o, `melody-${seed}`), o);
  checkModel(like, model);
  const { index, count, instrument } = o;
  const making = makingFor(o, melodyDefaults, model);
  const tempo = o.tempo ?? 80;
  const shared = {
    app: 'advect-music',
    kind: 'melodies',
    verb: 'compose',
    model: { name: model.name, sha256: model.manifest.weights.sha256 },
    seed,
    index,
    bars,
    keyAsked: o.key !== undefined,
    ...(o.chords !== undefined && { chords: o.chords }),
    ...making,
    tempo,
    instrument,
  } as const;
  if (o.dryRun) return print(plan({ ...shared, count, key: key ? keyName(key) : 'C or a, as the model chooses' }, to, all, json));

  const { composeMelodies } = await import('../model/melody-compose.js');
  note(`composing ${count === 1 ? 'a melody' : `${count} melodies`}, seed ${seed}`);
  const over = {
    length: bars * stepsPerBar,
    mode: key?.mode,
    chords: chords && chordSteps(chords, bars * stepsPerBar, stepsPerBar).map((chord) => transposeChord(chord, -up)),
  };
  const compose = (part: Part): Promise<Int16Array[]> => composeMelodies(model.flow, { ...making, ...part, ...over, seed, signal });
  await inTurn(context, { index, count, best: 1 }, compose, async (pitches, at) => {
    const score = transposeForVoices(scoreOf(Array.from(pitches, (pitch) => [pitch, rest, rest, rest])), up);
    const isIn = key ?? melodyKey(pitches);
    const settings: MelodySettings = { ...shared, index: at, key: keyName(isIn) };
    const title = `Melody in ${longKeyName(isIn)}`;
    const piece = pieceOfMelody(melodyOfScore(score), {
      tempo,
      title,
      key: signatureIn(isIn),
      program: instruments[instrument].program,
      settings: { ...settings },
    });
    const files = filesOf(at);
    await writeForms({ to, files }, piece, o, context.write);
    if (to === 'stdout') return;
    if (json) print(JSON.stringify({ ...settings, files, pitches: score.pitches.filter((_, at) => at % 4 === 0).join(' ') }));
    else {
      if (!quiet) print(showScore(context, score, signatureIn(isIn), `${title}, ${bars} bars, ♩ = ${tempo}`));
      files.forEach((file) => print(file));
    }
  });
}

/** The model composes in C major or A minor: the mode by the last note, if it is one of the two tonics, else major. */
const melodyKey = (pitches: Int16Array): { tonic: number; mode: 'major' | 'minor' } => {
  const last = pitches.findLast((pitch) => pitch !== rest);
  return last !== undefined && last % 12 === 9 ? { tonic: 9, mode: 'minor' } : { tonic: 0, mode: 'major' };
};

const optionsOf = ({ bars, key, keyAsked, chords, polish, instrument, ...made }: MelodySettings) => ({
  ...drawAgain(made),
  bars,
  key: keyAsked ? key : undefined,
  chords,
  polish,
  instrument,
});
