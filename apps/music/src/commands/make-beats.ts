import { randomInt } from 'node:crypto';
import { AdvectError } from '@advect/base/errors';
import type { CommandContext } from '@advect/node';
import { grooveBar, type GrooveStyle } from '../data/grooves.js';
import type { Groove } from '../groove.js';
import { grooveText, pocketText } from '../groove-roll.js';
import { type ModelOfKind, openModelFor } from '../files/open-any.js';
import { grooveDefaults } from '../model/defaults.js';
import { pocketOf } from '../metrics/pocket.js';
import type { GrooveDraft } from '../model/groove-draft.js';
import { pieceOfBeat } from '../model/beat-piece.js';
import type { BeatSettings, BeatVerb } from '../model/made-settings.js';
import type { Beat } from './open-beat.js';
import { inTurn } from './in-turn.js';
import { makingFor } from './making.js';
import { type OutNames, outNames, writeForms, type Writing } from './output.js';
import { plan } from './plan.js';
import { checkModel, seriesFiles } from './tune-files.js';

/** How drums are drawn and where they go, from the command line or from a file that is made again. */
export interface BeatRequest {
  /** Where it is, or one that is open. */
  readonly model: string | ModelOfKind;
  readonly seed?: number;
  readonly index: number;
  readonly count: number;
  readonly style?: GrooveStyle;
  readonly tempo?: number;
  readonly temperature?: number;
  readonly steps?: number;
  readonly format: readonly string[];
  readonly force: boolean;
  readonly noMetadata: boolean;
  readonly dryRun: boolean;
  readonly out?: string;
}

/** What a command makes of drums before the model has its turn. */
export interface BeatPlan {
  readonly verb: BeatVerb;
  readonly draft: GrooveDraft;
  /** The file that they are made from. */
  readonly from?: Beat;
  /** "Funk beat" */
  readonly title: string;
  /** What is to be kept of the plan in the settings. */
  readonly settings?: Pick<BeatSettings, 'amount' | 'keep' | 'range'>;
  /** The last touch to what was played. */
  finish?(played: Groove): Groove;
}

type BeatContext = Pick<CommandContext, 'note' | 'progress' | 'signal' | 'print' | 'write' | 'json' | 'quiet' | 'terminal'>;

const usualTempo = 100;

/** Plays what is open of a draft, and writes and shows the results. */
export async function makeBeats(
  context: BeatContext,
  o: BeatRequest,
  { verb, draft, from, title, settings: kept, finish }: BeatPlan,
  like: BeatSettings | undefined,
): Promise<void> {
  const { note, signal, print, json } = context;
  const seed = o.seed ?? randomInt(2 ** 32);
  const names = outNames(o, from ? `${from.name}-${verb}-${seed}` : `beat-${seed}`);
  if (names.endings.some((ending) => !/^(?:midi?|wav)$/i.test(ending)))
    throw new AdvectError(
      'invalid-option',
      'drums are written as MIDI and WAV alone',
      'End --out in .mid or .wav, or give --format mid,wav.',
    );
  const { to, all, of: filesOf } = await seriesFiles(names, o);

  const model = typeof o.model === 'string' ? await openModelFor(o.model, verb, ['grooves'], signal) : o.model;
  checkModel(like, model);
  const { temperature, steps } = makingFor(o, grooveDefaults, model);
  const tempo = o.tempo ?? from?.tempo ?? usualTempo;
  const { index, count, style } = o;
  const shared = {
    app: 'advect-music',
    kind: 'grooves',
    verb,
    model: { name: model.name, sha256: model.manifest.weights.sha256 },
    seed,
    index,
    bars: draft.groove.steps / grooveBar,
    ...(style && { style }),
    tempo,
    temperature,
    steps,
    ...kept,
    ...(from && { parent: from.sha256 }),
  } as const;
  if (o.dryRun) return print(plan({ ...shared, count }, to, all, json));

  const { fillGrooves } = await import('../model/groove-fill.js');
  note(`playing ${count === 1 ? 'once' : `${count} times`}, seed ${seed}`);
  await inTurn(
    context,
    { index, count, best: 1, what: 'playing' },
    (part) => fillGrooves(model.flow, draft, { ...part, seed, style, tempo, temperature, steps, signal }),
    async (played, at) => {
      const made: BeatSettings = { ...shared, index: at };
      await writeBeat(context, finish ? finish(played) : played, made, { title, from, to, files: filesOf(at), writing: o });
    },
  );
}

interface WrittenBeat extends Pick<BeatPlan, 'title' | 'from'> {
  readonly to: OutNames['to'];
  readonly files: readonly string[];
  readonly writing: Omit<Writing, 'instrument'>;
}

async function writeBeat(context: BeatContext, groove: Groove, settings: BeatSettings, how: WrittenBeat): Promise<void> {
  const { print, json, quiet } = context;
  const { tempo, bars } = settings;
  const { title, from, to, files, writing } = how;
  const piece = pieceOfBeat(groove, settings, title, from?.metre);
  await writeForms({ to, files }, piece, { ...writing, instrument: 'choir' }, context.write);
  if (to === 'stdout') return;
  if (json) {
    const pocket = pocketOf(groove, tempo);
    const strokes = pocket.reduce((sum, drum) => sum + drum.strokes, 0);
    return print(JSON.stringify({ ...settings, files, strokes, pocket }));
  }
  if (!quiet) {
    print(`${title}, ${bars} ${bars === 1 ? 'bar' : 'bars'}, ♩ = ${Number(tempo.toFixed(2))}\n${grooveText(groove)}`);
    print(pocketText(groove, tempo));
  }
  files.forEach((file) => print(file));
}
