import { textTable } from '@advect/node';

/** What `--dry-run` prints: the files that would be written, and the settings that they would carry. */
export function plan(settings: object, to: 'files' | 'stdout', files: readonly string[], json: boolean): string {
  if (json) return JSON.stringify({ ...settings, files: to === 'stdout' ? ['-'] : files, dryRun: true });
  const shown = files.length > 6 ? [...files.slice(0, 5), `and ${files.length - 5} more`] : files;
  const rows = Object.entries(settings).filter(([, value]) => value !== undefined);
  return [
    `would write ${to === 'stdout' ? 'standard output' : shown.join(', ')}`,
    ...textTable(rows.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)])),
  ].join('\n');
}
