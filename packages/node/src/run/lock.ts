import { open, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { AdvectError } from '@advect/base/errors';
import { fromSystemError } from '../system-error.js';

/** Who trains in a folder. */
interface Owner {
  readonly pid: number;
  readonly host: string;
  /** When the process began, in the system's ticks, where that is known: process numbers are used again. */
  readonly began?: string;
}

const lockFile = (folder: string): string => join(folder, 'run.lock');

/**
 * Takes a run's folder for this process; returns what gives it back. Throws `invalid-file` where another process of this
 * machine trains in it. What a killed process left behind does not count.
 */
export async function lockRun(folder: string): Promise<() => Promise<void>> {
  const path = lockFile(folder);
  const owner: Owner = { pid: process.pid, host: hostname(), began: await beginningOf(process.pid) };
  for (;;) {
    try {
      const file = await open(path, 'wx');
      await file.writeFile(JSON.stringify(owner)).finally(() => file.close());
      return () => rm(path, { force: true }).catch(() => {});
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw fromSystemError(thrown, path) ?? thrown;
    }
    const other = await ownerOf(folder);
    if (other) {
      const where = `process ${other.pid}${other.host === hostname() ? '' : ` on ${other.host}`}`;
      throw new AdvectError(
        'invalid-file',
        `'${folder}' is being trained in by ${where}`,
        `Wait for it, or stop it first. If there is no such process, remove ${path}.`,
      );
    }
    await rm(path, { force: true });
  }
}

/** The process that trains in a folder; undefined where none does, or it was killed. One of another machine is taken at its word. */
export async function ownerOf(folder: string): Promise<{ readonly pid: number; readonly host: string } | undefined> {
  const owner = readOwner(await readFile(lockFile(folder), 'utf8').catch(() => ''));
  if (!owner) return undefined;
  if (owner.host !== hostname()) return owner;
  return isAlive(owner.pid) && (await beginningOf(owner.pid)) === owner.began ? owner : undefined;
}

/** What the file says; undefined where a crash tore it. */
function readOwner(text: string): Owner | undefined {
  try {
    const owner = JSON.parse(text) as Partial<Owner>;
    return Number.isInteger(owner.pid) && typeof owner.host === 'string' ? (owner as Owner) : undefined;
  } catch {
    return undefined;
  }
}

/** A process of another user may not be signalled, and lives. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Field 22 of /proc/PID/stat; undefined where there is no such file. */
async function beginningOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}
