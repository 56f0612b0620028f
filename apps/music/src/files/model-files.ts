import { basename, resolve } from 'node:path';
import type { Flow } from '@advect/core';
import type { JsonObject } from '@advect/core/io';
import type { StoredWeights } from '../model/run-settings.js';
import type { FinishSettings } from './course.js';

export interface ModelText {
  readonly description: string;
  readonly defaults: JsonObject;
  /** `kind` tells the apps what the model is for. */
  readonly application: { readonly kind: string } & JsonObject;
  /** The data, their address, checksum and licence, and the objective. */
  readonly training: JsonObject;
  readonly metrics: Readonly<Record<string, number>>;
  /** What follows the card that every model has. */
  readonly card: string;
}

/** A flow as a file will give it back: with its weights rounded, where they are kept in half precision. */
export async function asStored(flow: Flow, weights: StoredWeights = 'float32'): Promise<Flow> {
  if (weights === 'float32') return flow;
  const { loadModel, saveModel } = await import('@advect/core');
  return loadModel(await saveModel(flow, { name: 'rounded' }, { dtype: weights }));
}

/** A trained model's files, its card included. Its name is that of the folder it will lie in. */
export async function modelFiles(
  flow: Flow,
  { out, settings, command }: Pick<FinishSettings, 'out' | 'settings' | 'command'>,
  { description, defaults, application, training, metrics, card }: ModelText,
): Promise<Map<string, Uint8Array>> {
  const name = basename(resolve(out));
  const record = {
    name,
    description,
    defaults,
    application,
    training: { ...training, command, ...(settings as unknown as JsonObject) },
    metrics: { ...metrics },
  };
  const { saveModel } = await import('@advect/core');
  const files = await saveModel(flow, record, { dtype: settings.weights });
  const made = `## Made with\n\n\`\`\`\n${command} --out ${name}\n\`\`\`\n`;
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
