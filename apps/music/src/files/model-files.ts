import { basename, resolve } from 'node:path';
import type { Flow } from '@advect/core';
import type { JsonObject } from '@advect/core/io';
import type { Ranks } from '../model/held-out.js';
import type { RunSettings, StoredWeights } from '../model/run-settings.js';
import type { Course, Findings, MeasureSettings } from './course.js';

/** What a model is, whatever was measured of it. */
export interface ModelText {
  readonly description: string;
  readonly defaults: JsonObject;
  /** `kind` tells the apps what the model is for. */
  readonly application: JsonObject;
  /** The data, their address, checksum and licence, and the objective. */
  readonly training: JsonObject;
}

export interface FinishSettings extends Omit<MeasureSettings, 'name' | 'settings'> {
  /** The folder the model will lie in. */
  readonly out: string;
  readonly settings: RunSettings;
  /** The command line that makes it again. */
  readonly command: string;
}

/** A flow as a file will give it back: with its weights rounded, where they are kept in half precision. */
export async function asStored(flow: Flow, weights: StoredWeights = 'float32'): Promise<Flow> {
  if (weights === 'float32') return flow;
  const { loadModel, saveModel } = await import('@advect/core');
  return loadModel(await saveModel(flow, { name: 'rounded' }, { dtype: weights }));
}

/** Measures a trained flow, and gives the files of its model, the card included. Its name is that of the folder it will lie in. */
export async function finishModel<D>(
  course: Course<D>,
  flow: Flow,
  data: D,
  { out, command, ...how }: FinishSettings,
): Promise<{ readonly files: Map<string, Uint8Array>; readonly metrics: Findings['metrics'] }> {
  const name = basename(resolve(out));
  const { settings } = how;
  const found = await course.measure(flow, data, { ...how, name });
  const about = course.about(data);
  // The data as the course knows them; how the command line gave them is in the command.
  const training = { ...(settings as unknown as JsonObject), ...about.training, command };
  return { files: await modelFiles(flow, name, { ...about, training }, found, settings.weights), metrics: found.metrics };
}

/** The files of a model: what it is, its weights, and the card with what was found of it. */
export async function modelFiles(
  flow: Flow,
  name: string,
  about: ModelText,
  { metrics, heldOut, card }: Findings,
  dtype: StoredWeights | undefined,
): Promise<Map<string, Uint8Array>> {
  const { saveModel } = await import('@advect/core');
  const { command } = about.training;
  const application = { ...about.application, ...(heldOut && { heldOut }) };
  const files = await saveModel(flow, { ...about, name, application, metrics: { ...metrics } }, { dtype });
  const made = `## Made with\n\n\`\`\`\n${typeof command === 'string' ? command : 'advect-music train'} --out ${name}\n\`\`\`\n`;
  const own = new TextDecoder().decode(files.get('MODEL_CARD.md'));
  return files.set('MODEL_CARD.md', new TextEncoder().encode(`${own}\n${made}\n${card}`));
}

/** Figures as a Markdown table: a row for each set, a column for each figure. */
export function markdownTable<R>(rows: Readonly<Record<string, R>>, columns: readonly (readonly [string, (row: R) => string])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(['', ...columns.map(([title]) => title)]),
    line(['---', ...columns.map(() => '---')]),
    ...Object.entries(rows).map(([name, row]) => line([name, ...columns.map(([, show]) => show(row))])),
  ].join('\n');
}

/** "94.6 %" of a share. */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** "3.06 in the median, 2.58 to 3.87 for eight in ten" */
export const spreadOf = ({ percentiles: p }: Ranks): string =>
  `${p[50].toFixed(2)} in the median, ${p[10].toFixed(2)} to ${p[90].toFixed(2)} for eight in ten`;

/** A figure that may be missing. */
export const figure = (value: number | undefined, digits: number): string =>
  value === undefined || Number.isNaN(value) ? '–' : value.toFixed(digits);

/** Numbers with names from reports by set; what is not finite is left out, because JSON cannot hold it. */
export function flatMetrics(sets: Readonly<Record<string, object>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(sets).flatMap(([set, report]) =>
      Object.entries(report).flatMap(([name, value]) => (Number.isFinite(value) ? [[`${set}: ${name}`, value as number] as const] : [])),
    ),
  );
}
