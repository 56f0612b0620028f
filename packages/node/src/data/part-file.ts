import { readdir, rename, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** Part files that this process writes now. */
const inUse = new Set<string>();
let taken = 0;

/** An hour, after which a download on another machine that shares the folder counts as given up. */
const givenUpAfter = 3_600_000;

/** The part of a file that is downloaded, in the hands of one process alone. */
export interface PartFile {
  readonly path: string;
  /** Lets another download go on from it. */
  release(): void;
}

/**
 * A part file beside `target` for this process alone: one that a stopped download left is taken over, by renaming it,
 * which only one process can do; else a new name. So any number of processes may fetch the same file at once: each
 * writes its own part, and each puts the same verified bytes in place.
 */
export async function takePart(target: string): Promise<PartFile> {
  const path = join(dirname(target), `${basename(target)}.${host()}.${process.pid}.${taken++}.part`);
  inUse.add(path);
  for (const left of await leftParts(target)) {
    const moved = await rename(left, path).then(
      () => true,
      () => false,
    );
    if (moved) break;
  }
  return { path, release: () => inUse.delete(path) };
}

const host = (): string => hostname().replace(/[^A-Za-z0-9-]/g, '-') || 'host';

async function leftParts(target: string): Promise<string[]> {
  const parts = (await readdir(dirname(target)))
    .filter((name) => name.startsWith(`${basename(target)}.`) && name.endsWith('.part'))
    .map((name) => join(dirname(target), name));
  const free = await Promise.all(parts.map(async (path) => !inUse.has(path) && (await isLeft(path, target))));
  return parts.filter((_, i) => free[i]);
}

async function isLeft(path: string, target: string): Promise<boolean> {
  const [, owner, pid] = /^\.(.*)\.(\d+)\.\d+\.part$/.exec(basename(path).slice(basename(target).length)) ?? [];
  if (owner === undefined) return false;
  if (owner === host()) return Number(pid) === process.pid || !isRunning(Number(pid));
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
  return Date.now() - mtimeMs > givenUpAfter;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
