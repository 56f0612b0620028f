import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';

/** The files below a folder that paths name, whole folders included, by an ending that paths may leave out; without it. */
export function filesBelow(folder, paths, ending) {
  const found = paths.flatMap((path) => {
    const name = path.endsWith(ending) ? path.slice(0, -ending.length) : path;
    if (existsSync(join(folder, name + ending))) return [name];
    if (!existsSync(join(folder, path)) || !statSync(join(folder, path)).isDirectory())
      throw new Error(`There is no ${join(folder, path)}.`);
    return readdirSync(join(folder, path), { recursive: true })
      .filter((file) => file.endsWith(ending) && !file.endsWith('.d.ts'))
      .map((file) => `${path}/${file.slice(0, -ending.length).split(sep).join('/')}`);
  });
  return [...new Set(found)].sort((a, b) => (a < b ? -1 : 1));
}
