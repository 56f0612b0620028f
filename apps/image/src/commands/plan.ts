import { textTable } from '@advect/node';
import type { PictureSettings } from '../format/picture-settings.js';

/** What `--dry-run` prints: the files that would be written, and the settings that they would carry. */
export function plan(settings: PictureSettings, files: readonly string[], json: boolean): string {
  if (json) return JSON.stringify({ ...settings, files, dryRun: true });
  const shown = files.length > 6 ? [...files.slice(0, 5), `and ${files.length - 5} more`] : files;
  return [`would write ${shown.join(', ')}`, describeSettings(settings)].join('\n');
}

/** Settings as a table of two columns, safe to show whatever a file says. */
export function describeSettings(settings: PictureSettings): string {
  const rows = Object.entries(settings).flatMap(([name, value]) =>
    name === 'options' ? Object.entries(value as object).map(([option, given]) => [option, given] as const) : [[name, value] as const],
  );
  return textTable(rows.map(([name, value]) => [name, show(value)])).join('\n');
}

const show = (value: unknown): string => {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) return value.join(', ');
  return JSON.stringify(value);
};
