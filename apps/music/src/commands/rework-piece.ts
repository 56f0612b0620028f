import { randomInt } from 'node:crypto';
import { type CommandContext, shellWord, type Values } from '@advect/node';
import { keyName } from '../data/musical-key.js';
import { openModel } from '../files/open.js';
import type { Draft } from '../model/draft.js';
import { namedKey } from '../model/home.js';
import { stepsPerBar } from '../score.js';
import { openPiece, type Piece } from './open-piece.js';
import { styleOption } from './beat-options.js';
import { refuseForeign } from './foreign-options.js';
import { outNames } from './output.js';
import { inTurn } from './in-turn.js';
import { makingOf } from './making.js';
import { plan } from './plan.js';
import { checkModel, seriesFiles, writeTune } from './tune-files.js';
import {
  drawOptions,
  likeOption,
  makeOptions,
  modelOption,
  outOption,
  pieceKeyOption,
  readKey,
  soundOptions,
  tempoOption,
} from './tune-options.js';
import { drawAgain, settingsInFile, withoutGiven } from './tune-settings.js';
import type { TuneSettings, Verb } from '../model/tune-settings.js';

/** Options of every command that makes a piece from another one. */
export const reworkOptions = {
  model: modelOption,
  ...drawOptions,
  key: pieceKeyOption,
  style: styleOption,
  ...makeOptions,
  tempo: tempoOption('that of the piece'),
  ...soundOptions,
  like: likeOption('seed, number, and all of the above but the model'),
  out: outOption('NAME-VERB-SEED'),
};

export const pieceFile = {
  name: 'FILE',
  description: 'a piece of one to four voices: .mid, .abc, .musicxml, .xml or .mxl',
  required: true,
} as const;

type ReworkContext = Pick<
  CommandContext<typeof reworkOptions>,
  'options' | 'given' | 'positionals' | 'note' | 'progress' | 'signal' | 'print' | 'write' | 'json' | 'quiet' | 'terminal'
>;

/** What a command makes of a piece before the model has its turn. */
export interface Plan {
  readonly draft: Draft;
  /** "Harmonisation of hymn" */
  readonly title: string;
  /** What is to be kept of it in the settings. */
  readonly settings: Pick<TuneSettings, 'keep' | 'range'>;
}

/** Reads the piece, plans, composes what is open, and writes and shows the results. */
export async function reworkPiece(
  context: ReworkContext,
  verb: Exclude<Verb, 'compose'>,
  planOf: (piece: Piece, like: TuneSettings | undefined) => Plan,
): Promise<void> {
  const { positionals, note, print, json, signal, given } = context;
  refuseForeign('chorales', given);
  const like = context.options.like === undefined ? undefined : await settingsInFile(context.options.like, verb);
  const o: Values<typeof reworkOptions> = { ...context.options, ...(like && withoutGiven(optionsOf(like), given)) };
  const piece = await openPiece(positionals[0], note);
  const { draft, title, settings: kept } = planOf(piece, like);
  const seed = o.seed ?? randomInt(2 ** 32);
  const files = await seriesFiles(outNames(o, `${piece.name}-${verb}-${seed}`), o);

  const model = await openModel(o.model, signal);
  checkModel(like, model);
  const [{ rework }, { fillMethod }] = await Promise.all([import('../model/rework.js'), import('../model/fill.js')]);
  const method = fillMethod(model.flow);
  if (method === 'replaced')
    note(`model ${shellWord(model.name)} was not trained to be told what is given; its path is held to what is kept instead`);
  const making = makingOf(o, model);
  const { index, count, instrument } = o;
  const key = o.key === undefined ? namedKey(piece.key) : readKey(o.key);
  const shared = {
    app: 'advect-music' as const,
    verb,
    model: { name: model.name, sha256: model.manifest.weights.sha256 },
    seed,
    index,
    bars: Math.ceil(draft.score.steps / stepsPerBar),
    ...making,
    tempo: o.tempo ?? piece.tempo,
    instrument,
    parent: piece.sha256,
    method,
    ...kept,
  };
  if (o.dryRun) {
    const open = draft.locked.filter((locked) => locked === 0).length;
    const about = { from: positionals[0], open: `${open} of ${draft.locked.length} eighth notes`, count };
    return print(plan({ ...shared, ...about, key: key ? keyName(key) : 'found from the notes that stay' }, files.to, files.all, json));
  }

  note(`composing ${count * making.best === 1 ? 'once' : `${count * making.best} candidates`}, seed ${seed}`);
  await inTurn(
    context,
    { index, count, best: making.best },
    (part) => rework(model.flow, draft, { ...making, ...part, seed, key, signal }),
    async (tune) => {
      const settings: TuneSettings = {
        ...shared,
        index: tune.index,
        key: keyName(tune.key),
        keyAsked: key !== undefined,
        candidate: tune.candidate,
      };
      await writeTune(context, { tune, score: tune.score, settings, title, to: files.to, files: files.of(tune.index), writing: o });
    },
  );
}

const optionsOf = ({ key, best, polish, instrument, ...made }: TuneSettings) => ({ ...drawAgain(made), key, best, polish, instrument });
