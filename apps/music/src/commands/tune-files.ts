import { AdvectError } from '@advect/base/errors';
import { type CommandContext, refuseExisting } from '@advect/node';
import type { OpenModel } from '../files/open.js';
import type { Filled } from '../model/fill.js';
import type { Score } from '../score.js';
import { describeTune, parallels, showScore } from './describe-tune.js';
import { pieceOfTune } from '../model/tune-piece.js';
import type { TuneSettings } from '../model/tune-settings.js';
import { type OutNames, writeForms, type Writing } from './output.js';

/** Names of the files of tune `index`: numbered where there are several, or where a later one is made alone without a name. */
export const tuneNames = ({ base, endings }: OutNames, index: number, numbered: boolean): string[] =>
  endings.map((ending) => `${numbered ? `${base}-${index}` : base}.${ending}`);

/** Throws where a file exists and is not to be replaced, and where standard output would get several tunes: before the work. */
export async function refuseTaken({ to }: OutNames, files: readonly string[], count: number, force: boolean): Promise<void> {
  if (to === 'stdout' && count > 1)
    throw new AdvectError('invalid-option', `--out is '-', and --count ${count}`, 'Standard output takes one tune: choose it by --index.');
  if (force || to === 'stdout') return;
  for (const file of files) await refuseExisting(file, 'Give another name with --out, or --force to replace it.');
}

/** Where a series of tunes is written. */
export interface SeriesFiles extends Pick<OutNames, 'to'> {
  readonly all: readonly string[];
  /** Those of one tune by its number. */
  of(index: number): readonly string[];
}

/** The files of a series, which are numbered as `tuneNames` says. Throws as `refuseTaken` does. */
export async function seriesFiles(
  names: OutNames,
  { out, index, count, force }: { readonly out?: string; readonly index: number; readonly count: number; readonly force: boolean },
): Promise<SeriesFiles> {
  const numbered = count > 1 || (out === undefined && index > 0);
  const of = (number: number): string[] => tuneNames(names, number, numbered);
  const all = Array.from({ length: count }, (_, i) => of(index + i)).flat();
  await refuseTaken(names, all, count, force);
  return { to: names.to, all, of };
}

/** A tune, made by what settings, and what else is known of it. */
export interface TuneToWrite {
  readonly tune: Filled;
  /** In the key that it is written in. */
  readonly score: Score;
  readonly settings: TuneSettings;
  /** "Chorale", "Harmonisation of hymn". */
  readonly title: string;
  readonly to: OutNames['to'];
  readonly files: readonly string[];
  readonly writing: Writing;
  /** Further lines for a person, and values for JSON. */
  readonly remarks?: readonly string[];
  readonly values?: object;
}

type WriteContext = Pick<CommandContext, 'print' | 'write' | 'json' | 'quiet' | 'terminal'>;

/** No signs, of a piece that tells none. */
const inC = { fifths: 0, minor: false };

/** Writes a tune in the forms that its files name, and shows it; standard output gets the bytes of the one form alone. */
export async function writeTune(context: WriteContext, made: TuneToWrite): Promise<void> {
  const { tune, score, settings, title, to, files, writing, remarks = [], values = {} } = made;
  const { print, json, quiet } = context;
  const piece = pieceOfTune(score, settings, title);
  await writeForms({ to, files }, piece, writing, context.write);
  if (to === 'stdout') return;
  const { leading, closes, surprise } = tune.judgement;
  if (json) {
    const found = { parallels: parallels(tune), faults: leading.faults.length, closes, surprise };
    return print(JSON.stringify({ ...settings, files, ...found, ...values }));
  }
  if (!quiet) {
    print(showScore(context, score, piece.key ?? inC, `${piece.title}, ${settings.bars} bars, ♩ = ${settings.tempo}`));
    print(describeTune(tune, settings.best));
    for (const remark of remarks) print(remark);
  }
  files.forEach((file) => print(file));
}

/** Throws `invalid-file` where a file's tune was made with other weights. */
export function checkModel(like: Pick<TuneSettings, 'model'> | undefined, { manifest }: OpenModel): void {
  if (!like || like.model.sha256 === manifest.weights.sha256) return;
  throw new AdvectError(
    'invalid-file',
    `it was made with other weights (model '${like.model.name}', sha256 ${like.model.sha256.slice(0, 12)}…)`,
    'Give that model with --model.',
  );
}
