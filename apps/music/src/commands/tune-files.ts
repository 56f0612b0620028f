import { stat } from 'node:fs/promises';
import { AdvectError } from '@advect/base/errors';
import type { CommandContext } from '@advect/node';
import type { OpenModel } from '../files/open.js';
import type { Filled } from '../model/fill.js';
import type { Score } from '../score.js';
import { describeTune, parallels, showScore } from './describe-tune.js';
import { type OutNames, writeForms } from './output.js';
import { pieceOfTune } from '../model/tune-piece.js';
import type { TuneSettings } from '../model/tune-settings.js';

/** Names of the files of tune `index`: numbered where there are several, or where a later one is made alone without a name. */
export const tuneNames = ({ base, endings }: OutNames, index: number, numbered: boolean): string[] =>
  endings.map((ending) => `${numbered ? `${base}-${index}` : base}.${ending}`);

/** Said before the work, not after. */
export async function refuseExisting(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const exists = await stat(path).then(
      () => true,
      () => false,
    );
    if (exists)
      throw new AdvectError('invalid-file', `'${path}' exists already`, 'Give another name with --out, or --force to replace it.');
  }
}

/** A tune, made by what settings, and what else is known of it. */
export interface TuneToWrite {
  readonly tune: Filled;
  /** In the key that it is written in. */
  readonly score: Score;
  readonly settings: TuneSettings;
  /** "Chorale", "Harmonisation of hymn". */
  readonly title: string;
  readonly files: readonly string[];
  readonly force: boolean;
  /** Further lines for a person, and values for JSON. */
  readonly remarks?: readonly string[];
  readonly values?: object;
}

/** Writes a tune in the forms that its files name, and shows it. */
export async function writeTune(context: Pick<CommandContext, 'print' | 'json' | 'quiet' | 'terminal'>, made: TuneToWrite): Promise<void> {
  const { tune, score, settings, title, files, force, remarks = [], values = {} } = made;
  const { print, json, quiet } = context;
  const piece = pieceOfTune(score, settings, title);
  await writeForms(files, piece, { instrument: settings.instrument, force });
  const { leading, closes, surprise } = tune.judgement;
  if (json) {
    const found = { parallels: parallels(tune), faults: leading.faults.length, closes, surprise };
    return print(JSON.stringify({ ...settings, files, ...found, ...values }));
  }
  if (!quiet) {
    print(showScore(context, score, `${piece.title}, ${settings.bars} bars, ♩ = ${settings.tempo}`));
    print(describeTune(tune, settings.best));
    for (const remark of remarks) print(remark);
  }
  files.forEach((file) => print(file));
}

/** Throws `invalid-file` where a file's tune was made with other weights. */
export function checkModel(like: TuneSettings | undefined, { manifest }: OpenModel): void {
  if (!like || like.model.sha256 === manifest.weights.sha256) return;
  throw new AdvectError(
    'invalid-file',
    `the tune was made with other weights (model '${like.model.name}', sha256 ${like.model.sha256.slice(0, 12)}…)`,
    'Give that model with --model.',
  );
}
