import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Folders that hold what tools made or fetched, not sources. */
const GENERATED = new Set(['node_modules', 'dist', 'build', 'coverage', 'out', 'runs', 'site']);
const SOURCE = /\.(?:[cm]?[jt]sx?|css|html|sh)$/;

/** The repository's root: the nearest folder at or above `from` with a pnpm-workspace.yaml. */
export function repositoryRoot(from: string): string {
  if (existsSync(join(from, 'pnpm-workspace.yaml'))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error(`No pnpm-workspace.yaml above ${from}`);
  return repositoryRoot(parent);
}

/** The text of every source file of the repository (TypeScript, JavaScript, CSS, HTML, shell) by its path from the root, with '/' between folders. */
export function readSources(root: string): Map<string, string> {
  const sources = new Map<string, string>();
  const visit = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && !GENERATED.has(entry.name) && (!entry.name.startsWith('.') || entry.name === '.ci')) visit(path);
      if (entry.isFile() && SOURCE.test(entry.name)) sources.set(path, readFileSync(join(root, path), 'utf8'));
    }
  };
  visit('');
  return sources;
}

/** A source without its comments, line for line. Strings are known, so that "https://…" stays; regular expressions are not. */
export function withoutComments(source: string): string {
  return source.replace(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\[^]|[^`\\])*`|\/\*[^]*?\*\/|\/\/[^\n]*/g, (match) =>
    match.startsWith('/') ? match.replace(/[^\n]/g, '') : match,
  );
}
