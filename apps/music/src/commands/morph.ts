import { AdvectError } from '@advect/base/errors';
import { defineCommand, numeric, text } from '@advect/node';
import { pieceOfScore } from '../codec/score-piece.js';
import { keyName, longKeyName } from '../data/musical-key.js';
import { transposeForVoices } from '../data/voice-range.js';
import { openModel } from '../files/open.js';
import { instruments } from '../render/instrument.js';
import { windowSteps } from '../data/windows.js';
import { joinScores, rest, type Score, sliceScore, stepsPerBar, transposeScore, voiceCount } from '../score.js';
import { showScore } from './describe-tune.js';
import { openPiece } from './open-piece.js';
import { outNames, writeForms } from './output.js';
import { refuseExisting, tuneNames } from './tune-files.js';
import { modelOption, outOption, readKey, soundOptions } from './tune-options.js';

export const morph = defineCommand({
  name: 'morph',
  summary: 'Pieces on the way from one to another along the flow, and one file to play through them.',
  details:
    'Both pieces are carried back to the noise that they come from, four bars at a time; an arc joins the noises, and its points\n' +
    'flow forward to music. The first and the last piece are the given ones, note by note. The first half of the way is in the key\n' +
    'of the one, the second in that of the other, or all of it in --key.',
  positionals: [
    { name: 'A', description: 'where it begins: .mid, .abc, .musicxml, .xml or .mxl', required: true },
    { name: 'B', description: 'where it ends', required: true },
  ],
  options: {
    model: modelOption,
    count: numeric({ integer: true, description: 'pieces, the two given ones counted', short: 'n', min: 2, max: 64, default: 7 }),
    seed: numeric({ integer: true, description: 'seed of the blur around the notes', min: 0, max: Number.MAX_SAFE_INTEGER, default: 0 }),
    key: text({ description: 'one key for all, such as G or e', placeholder: 'KEY', defaultText: 'those of the pieces' }),
    tempo: numeric({ description: 'quarter notes in a minute', min: 20, max: 300, defaultText: 'that of A' }),
    ...soundOptions,
    out: outOption('A-to-B'),
  },
  examples: [['morph a.mid b.mid -n 7 -o steps/walk', 'steps/walk-0.mid to steps/walk-6.mid, and steps/walk.mid through all of them']],
  async run(context) {
    const { options: o, positionals, note, progress, print, json, quiet, signal } = context;
    const pieces = [await openPiece(positionals[0], note), await openPiece(positionals[1], note)];
    const steps = Math.floor(Math.min(...pieces.map(({ score }) => wholeBars(score).steps)) / windowSteps) * windowSteps;
    if (steps === 0) throw new AdvectError('invalid-value', 'a morph needs two pieces of four bars or more', 'Give longer ones.');
    for (const { score, name } of pieces)
      if (wholeBars(score).steps > steps) note(`${name}: its first ${steps / stepsPerBar} bars are taken`);
    const names = outNames(o, `${pieces[0].name}-to-${pieces[1].name}`);
    const filesOf = Array.from({ length: o.count }, (_, i) => tuneNames(names, i, true));
    const whole = tuneNames(names, 0, false);
    if (!o.force) await refuseExisting([...filesOf.flat(), ...whole]);

    const model = await openModel(o.model, signal);
    const [{ bringHome }, { morph: morphScores }] = await Promise.all([import('../model/home.js'), import('../model/morph.js')]);
    const homes = pieces.map(({ score }) => bringHome(sliceScore(wholeBars(score), 0, steps)));
    progress.update(0, 1, 'encoding and decoding');
    const { scores, roundTrip } = await morphScores(model.flow, homes[0].score, homes[1].score, { count: o.count, seed: o.seed, signal });
    progress.clear();
    const wanted = o.key === undefined ? undefined : readKey(o.key);
    const placed = scores.map((score, i) => {
      const end = homes[i <= (o.count - 1) / 2 ? 0 : 1];
      if (!wanted) return { score: transposeScore(score, -end.move), key: end.key };
      return { score: transposeForVoices(score, wanted.tonic - (wanted.mode === 'major' ? 0 : 9)), key: wanted };
    });
    const tempo = o.tempo ?? pieces[0].tempo;
    const settings = {
      app: 'advect-music',
      verb: 'morph',
      model: {
        name: model.name,
        sha256: model.manifest.weights.sha256,
      },
      seed: o.seed,
      count: o.count,
      tempo,
      instrument: o.instrument,
      parents: pieces.map(({ sha256 }) => sha256),
    };
    const write = async (
      files: readonly string[],
      score: Score,
      key: (typeof placed)[number]['key'],
      title: string,
      index?: number,
    ): Promise<void> => {
      const own = { ...settings, ...(index !== undefined && { index }), key: keyName(key) };
      await writeForms(files, pieceOfScore(score, { tempo, key, program: instruments[o.instrument].program, title, settings: own }), o);
    };
    for (const [i, { score, key }] of placed.entries()) {
      const title = `${pieces[0].name} to ${pieces[1].name}, ${i + 1} of ${o.count}, in ${longKeyName(key)}`;
      if (!json && !quiet) print(showScore(context, score, title));
      await write(filesOf[i], score, key, title, i);
    }
    await write(whole, joinScores(placed.map(({ score }) => score)), placed[0].key, `${pieces[0].name} to ${pieces[1].name}`);
    const kept = [0, o.count - 1].map((i, end) => String(scores[i].pitches) === String(homes[end].score.pitches));
    const files = [...filesOf.flat(), ...whole];
    if (json) return print(JSON.stringify({ ...settings, files, roundTrip, endsExact: kept.every(Boolean) }));
    note(
      `encoded and decoded, the ends came back within ${roundTrip.toExponential(1)} of a code${kept.every(Boolean) ? ', note by note' : ''}`,
    );
    if (!kept.every(Boolean)) note('not all notes of the given pieces came back: the flow was not followed closely enough there');
    files.forEach((file) => print(file));
  },
});

/** A piece with its last bar filled up by silence. */
function wholeBars(score: Score): Score {
  const steps = Math.ceil(score.steps / stepsPerBar) * stepsPerBar;
  const pitches = new Int16Array(steps * voiceCount).fill(rest);
  pitches.set(score.pitches);
  return { steps, pitches };
}
