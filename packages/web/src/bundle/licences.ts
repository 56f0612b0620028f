import { readdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

/** The packages of others whose files went into a bundle, each with its licence in full: what theirs ask to be passed on. */
export async function licencesOf(inputs: Iterable<string>): Promise<string> {
  // esbuild names what a browser has no use for, and leaves out, `(disabled):…`.
  const used = [...inputs].filter((path) => !path.startsWith('('));
  const folders = new Set(used.flatMap((path) => packageFolder(resolve(path)) ?? []));
  const parts = await Promise.all([...folders].sort().map(licenceOf));
  return parts.join(`\n\n${'─'.repeat(80)}\n\n`);
}

/** The folder of the installed package that a file belongs to; undefined for our own files. */
function packageFolder(path: string): string | undefined {
  return /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(path)?.[0];
}

async function licenceOf(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(await readFile(`${folder}/package.json`, 'utf8')) as Record<string, string>;
  const file = (await readdir(folder)).find((entry) => /^(licen[cs]e|copying)(\.|$)/i.test(entry));
  const text = file === undefined ? '' : `\n\n${(await readFile(`${folder}/${file}`, 'utf8')).trim()}`;
  return `${name} ${version} (${license})${text}`;
}
