import { defineCommand, numeric, text } from '@advect/node';
import { pieceOfScore } from '../codec/score-piece.js';
import { signatureIn } from '../codec/spelling.js';
import { keyName, longKeyName, type MusicalKey } from '../data/musical-key.js';
import { openModel } from '../files/open.js';
import { instruments } from '../render/instrument.js';
import { keyOfPiece } from '../model/home.js';
import { joinScores, type Score, stepsPerBar } from '../score.js';
import { showScore } from './describe-tune.js';
import { openPiece } from './open-piece.js';
import { outNames, writeForms } from './output.js';
import { plan } from './plan.js';
import { refuseTaken, tuneNames } from './tune-files.js';
import { modelOption, outOption, readKey, soundOptions, tempoOption } from './tune-options.js';

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
    count: numeric({
      integer: true,
      description: 'pieces, the two given ones counted',
      short: 'n',
      aliases: ['num'],
      min: 2,
      max: 64,
      default: 7,
    }),
    seed: numeric({ integer: true, description: 'seed of the blur around the notes', min: 0, max: Number.MAX_SAFE_INTEGER, default: 0 }),
    key: text({ description: 'one key for all, such as G or e', placeholder: 'KEY', defaultText: 'those of the pieces' }),
    tempo: tempoOption('that of A'),
    ...soundOptions,
    out: outOption('A-to-B'),
  },
  examples: [['morph a.mid b.mid -n 7 -o steps/walk', 'steps/walk-0.mid to steps/walk-6.mid, and steps/walk.mid through all of them']],
  async run(context) {
    const { options: o, positionals, note, progress, print, json, quiet, signal } = context;
    const pieces = [await openPiece(positionals[0], note), await openPiece(positionals[1], note)];
    const { commonSteps, morphPieces } = await import('../model/morph-pieces.js');
    const steps = commonSteps(pieces[0].score, pieces[1].score);
    for (const { score, name } of pieces) if (score.steps > steps) note(`${name}: its first ${steps / stepsPerBar} bars are taken`);
    const names = outNames(o, `${pieces[0].name}-to-${pieces[1].name}`);
    const { to } = names;
    // Standard output has room for one: the way through all of them.
    const filesOf = Array.from({ length: o.count }, (_, i) => (to === 'stdout' ? [] : tuneNames(names, i, true)));
    const whole = tuneNames(names, 0, false);
    const files = [...filesOf.flat(), ...whole];
    await refuseTaken(names, files, 1, o.force);

    const model = await openModel(o.model, signal);
    const tempo = o.tempo ?? pieces[0].tempo;
    const settings = {
      app: 'advect-music',
      verb: 'morph',
      model: { name: model.name, sha256: model.manifest.weights.sha256 },
      seed: o.seed,
      count: o.count,
      tempo,
      instrument: o.instrument,
      parents: pieces.map(({ sha256 }) => sha256),
    };
    const key = o.key === undefined ? undefined : readKey(o.key);
    if (o.dryRun) {
      const about = { from: positionals.join(', '), bars: steps / stepsPerBar, key: o.key ?? 'those of the pieces' };
      return print(plan({ ...settings, ...about }, to, files, json));
    }
    const {
      pieces: made,
      roundTrip,
      endsExact,
    } = await morphPieces(model.flow, pieces[0].score, pieces[1].score, {
      count: o.count,
      seed: o.seed,
      keys: pieces.map(keyOfPiece),
      key,
      signal,
      onProgress: (done, total) => progress.update(done, total, 'encoding and decoding'),
    });
    progress.clear();
    const write = async (own: readonly string[], score: Score, inKey: MusicalKey, title: string, index?: number): Promise<void> => {
      const about = { ...settings, ...(index !== undefined && { index }), key: keyName(inKey) };
      const { program } = instruments[o.instrument];
      await writeForms({ to, files: own }, pieceOfScore(score, { tempo, key: inKey, program, title, settings: about }), o, context.write);
    };
    for (const [i, { score, key }] of made.entries()) {
      const title = `${pieces[0].name} to ${pieces[1].name}, ${i + 1} of ${o.count}, in ${longKeyName(key)}`;
      if (!json && !quiet && to === 'files') print(showScore(context, score, signatureIn(key), title));
      await write(filesOf[i], score, key, title, i);
    }
    await write(whole, joinScores(made.map(({ score }) => score)), made[0].key, `${pieces[0].name} to ${pieces[1].name}`);
    if (json && to === 'files') return print(JSON.stringify({ ...settings, files, roundTrip, endsExact }));
    note(`encoded and decoded, the ends came back within ${roundTrip.toExponential(1)} of a code${endsExact ? ', note by note' : ''}`);
    if (!endsExact) note('not all notes of the given pieces came back: the flow was not followed closely enough there');
    if (to === 'files') files.forEach((file) => print(file));
  },
});
