import { realpath, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { mimeTypes } from './headers.js';

export interface FoundFile {
  /** The file's path, or what it holds. */
  readonly content: string | Uint8Array;
  readonly bytes: number;
  readonly type: string;
}

/** A folder of files, or files by their names, and the path under which they are served: `''` is the site itself, `given/` a folder in it. */
export interface Mount {
  readonly at: string;
  readonly from: string | ReadonlyMap<string, Uint8Array>;
}

/**
 * The file that a request's path means, or undefined: paths that leave their folder (also by a link), hidden files, files of
 * unknown type and folders without index.html mean none. Of several mounts the one with the longest path answers.
 */
export async function findFile(mounts: readonly Mount[], pathname: string): Promise<FoundFile | undefined> {
  const path = readPath(pathname);
  if (path === undefined) return undefined;
  const mount = mounts.filter(({ at }) => path.startsWith(at)).toSorted((a, b) => b.at.length - a.at.length)[0];
  if (!mount) return undefined;
  const inside = path.slice(mount.at.length);
  const wanted = inside === '' || inside.endsWith('/') ? `${inside}index.html` : inside;
  const type = mimeTypes[extname(wanted).toLowerCase()];
  if (type === undefined) return undefined;
  if (typeof mount.from !== 'string') {
    const content = mount.from.get(wanted);
    return content && { content, bytes: content.length, type };
  }
  try {
    const root = await realpath(mount.from);
    const file = await realpath(join(root, wanted));
    if (!file.startsWith(root + sep)) return undefined;
    const found = await stat(file);
    return found.isFile() ? { content: file, bytes: found.size, type } : undefined;
  } catch {
    return undefined;
  }
}

/** A request's path without its first slash, decoded; undefined where it is broken, hidden or tries to climb. */
function readPath(pathname: string): string | undefined {
  let path: string;
  try {
    path = decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
  if (!path.startsWith('/') || path.includes('\0') || path.includes('\\')) return undefined;
  return path.split('/').some((part) => part.startsWith('.')) ? undefined : path.slice(1);
}
