import { randomInt } from 'node:crypto';
import type { Report } from '@advect/core';
import type { JsonObject, JsonValue } from '@advect/core/io';
import { AdvectError } from '@advect/base/errors';
import type { CommandContext, Options, Values } from '@advect/node';
import { openModel } from '../files/open.js';
import type { PictureForm } from '../data/picture-set.js';
import type { PictureSettings, PictureTask } from '../format/picture-settings.js';
import type { DrawSettings } from '../model/draw.js';
import type { Label } from '../model/label.js';
import type { OpenModel } from '../model/open-model.js';
import { type SolverChoice, solverSettings } from '../model/solver.js';
import { type NamedLabel, readLabels } from './labels.js';
import { type Like, likeOption, modelLike, readLike } from './like.js';
import { modelOption } from './model-option.js';
import { record } from './record.js';
import { drawOptions, seriesOptions } from './series-options.js';
import { chooseSolver, orDefault, solverOptions, solverRecord } from './solver-options.js';

/** Options of a command that draws items of a series. */
export const drawingOptions = { model: modelOption, ...seriesOptions, ...drawOptions, ...solverOptions, like: likeOption };

/** What is to be drawn, with everything that was left open decided. */
export interface Drawing<V> {
  /** The options, those of `--like` among them. */
  readonly o: V;
  readonly model: OpenModel;
  /** Classes that the items go through in turn: item i has labels[i mod length]. */
  readonly labels: readonly NamedLabel[];
  /** Number of the first item, and how many there are. */
  readonly start: number;
  readonly count: number;
  readonly solver: SolverChoice;
  readonly draw: DrawSettings;
  /** What the file that it is to be like was told beside the options. */
  readonly told: { readonly [name: string]: JsonValue | undefined };
  /** What the file of some of the items says of its making. */
  settings(first: number, items: number, further: { readonly [option: string]: JsonValue | undefined }, report?: Report): PictureSettings;
}

/** What a command that draws does otherwise than the others. */
interface Particulars<V> {
  /** Its classes where none are given; else all in turn. */
  readonly usualLabel?: string;
  /** Its solver where none is given; else the model's. */
  readonly usualSolver?: SolverChoice | undefined;
  /** What its files record beside its options. */
  readonly told?: readonly string[];
  /** The labels that it draws, where these are not the ones of `--label`. */
  readonly drawnLabels?: (o: V, form: PictureForm) => readonly Label[] | undefined;
}

/**
 * Reads the options of a command that draws: those of the command line first, then those of the file that it is to be like,
 * the environment, advect.config.json, the model's defaults, and the app's. Throws what `readLike`, `openModel`, `readLabels`
 * and `chooseSolver` throw, before any work.
 */
export async function prepareDrawing<O extends Options & Omit<typeof drawingOptions, 'index' | 'count'>>(
  context: CommandContext<O>,
  task: PictureTask,
  options: O,
  { usualLabel, usualSolver, told = [], drawnLabels }: Particulars<Values<O>> = {},
): Promise<Drawing<Values<O>>> {
  const { given, signal } = context;
  const { like: file } = context.options as Values<typeof drawingOptions>;
  const like = file === undefined ? undefined : await readLike(file, task, options, given, told);
  const all = { ...context.options, ...like?.values } as Values<O>;
  const o = all as Values<Omit<typeof drawingOptions, 'index' | 'count'>> & { readonly index?: number; readonly count?: number };
  const model = like ? await modelLike(like, given.includes('model') ? o.model : undefined, signal) : await openModel(o.model, signal);
  const { defaults } = model.manifest;
  const labels = readLabels(o.label.length === 0 && usualLabel !== undefined ? [usualLabel] : o.label, model.form.classes);
  const solver = chooseSolver(o, usualSolver ? { ...usualSolver } : defaults, given);
  const temperature = orDefault(o.temperature, defaults, 'temperature', 1);
  const drawn = drawnLabels?.(all, model.form) ?? labels.map(({ label }) => label);
  const guidance = guidanceOf(o.guidance, { like, drawn, defaults, given });
  refuseIdleGuidance(guidance, drawn, model);
  const seed = o.seed ?? randomInt(2 ** 32);
  const alone = o.index !== undefined && !given.includes('count') && like?.settings.count === undefined;
  return {
    o: all,
    model,
    labels,
    start: o.index ?? 0,
    count: alone ? 1 : (o.count ?? 1),
    solver,
    told: like?.settings.options ?? {},
    draw: { ...solverSettings(solver), executor: likeExecutor(o.executor, like), seed, start: o.index ?? 0, temperature, guidance, signal },
    settings: (first, items, further, report) =>
      record(
        context,
        task,
        model,
        {
          seed,
          index: items === 1 || first > 0 ? first : undefined,
          count: items > 1 ? items : undefined,
          label: labels.map(({ name }) => name),
          ...solverRecord(solver),
          guidance: guidance === 1 ? undefined : guidance,
          temperature,
          ...(report && effort(solver, report)),
        },
        further,
      ),
  };
}

/** What wasm computed, which every machine has, it computes again: others agree with it up to rounding only. */
const likeExecutor = (given: 'auto' | 'wasm' | 'onnx' | 'eager', like: Like | undefined) =>
  given === 'auto' && like?.settings.executor?.startsWith('wasm') ? 'wasm' : given;

interface Guides {
  readonly like: Like | undefined;
  readonly drawn: readonly Label[];
  readonly defaults: JsonObject;
  readonly given: readonly string[];
}

/** A file that says nothing of guidance was made without, and so is what has no class, unless guidance is asked for. */
function guidanceOf(wanted: number | undefined, { like, drawn, defaults, given }: Guides): number {
  if (given.includes('guidance')) return wanted!;
  if (like) return like.settings.guidance ?? 1;
  return drawn.every((label) => label === -1) ? 1 : orDefault(wanted, defaults, 'guidance', 1);
}

/** Under no class guidance is the bare model: whoever asks for it would look at pictures that it has not changed. */
function refuseIdleGuidance(guidance: number, drawn: readonly Label[], { name, form }: OpenModel): void {
  if (guidance === 1 || drawn.some((label) => label !== -1)) return;
  const why = form.classes.length === 0 ? `the model '${name}' has no classes` : 'no class is asked for';
  throw new AdvectError(
    'invalid-option',
    `--guidance ${guidance} would change nothing: ${why}`,
    'Leave --guidance out, or give a class with --label.',
  );
}

/** Who computed, and, where steps are equal and so the same for every picture, how many evaluations of the field each took. */
function effort(solver: SolverChoice, { executor, rowEvaluations, evaluations }: Report) {
  const who = executor && [executor.executor, executor.target].filter(Boolean).join(' ');
  const equal = solverSettings(solver).steps !== undefined && rowEvaluations > 0;
  return { executor: who, nfe: equal ? evaluations : undefined };
}
