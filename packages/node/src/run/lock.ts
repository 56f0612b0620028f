import { randomBytes, randomInt } from 'node:crypto';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { AdvectError } from '@advect/base/errors';
import { fromSystemError } from '../system-error.js';

/** Who trains in a folder. */
export interface Owner {
  readonly pid: number;
  readonly host: string;
  /** When the process began, in the system's ticks, where that is known: process numbers are used again. */
  readonly began?: string;
}

const lockFile = (folder: string): string => join(folder, 'run.lock');
const asking = /^\.run\.lock\.(.*)\.(\d+)\.(\d*)\.[0-9a-f]{12}$/;
const mostTries = 200;

/**
 * Takes a run's folder for this process; returns what gives it back. Throws `invalid-file` where another process of this
 * machine trains in it. What a killed process left behind does not count.
 *
 * Each who asks makes a file of its own, which names it, and then looks for those of others, so that of two at least one sees
 * the other and asks again later. Who sees none is alone, and may look at the lock and replace it.
 */
export async function lockRun(folder: string): Promise<() => Promise<void>> {
  const path = lockFile(folder);
  const owner: Owner = { pid: process.pid, host: hostname(), began: await beginningOf(process.pid) };
  const own = `.run.lock.${encodeURIComponent(owner.host)}.${owner.pid}.${owner.began ?? ''}.${randomBytes(6).toString('hex')}`;
  try {
    for (let tries = 1; ; tries++) {
      await writeFile(join(folder, own), '', { flag: 'wx' });
      const other = await anotherAsking(folder, own);
      if (!other) break;
      await rm(join(folder, own));
      if (tries === mostTries) throw taken(folder, other.owner, join(folder, other.name));
      await setTimeout(randomInt(1, 20));
    }
    const other = await ownerOf(folder);
    if (other) throw taken(folder, other, path);
    await writeFile(join(folder, own), JSON.stringify(owner));
    await rename(join(folder, own), path);
  } catch (thrown) {
    await rm(join(folder, own), { force: true }).catch(() => {});
    throw fromSystemError(thrown, path) ?? thrown;
  }
  return () => rm(path, { force: true }).catch(() => {});
}

/** Another process that asks for the folder now. Files of those that were killed while they asked are removed. */
async function anotherAsking(folder: string, own: string): Promise<{ readonly owner: Owner; readonly name: string } | undefined> {
  for (const name of await readdir(folder)) {
    const [, host, pid, began] = asking.exec(name) ?? [];
    if (host === undefined || name === own) continue;
    const owner = await living({ pid: Number(pid), host: decodeURIComponent(host), ...(began !== '' && { began }) });
    if (owner) return { owner, name };
    await rm(join(folder, name), { force: true });
  }
  return undefined;
}

const taken = (folder: string, { pid, host }: Owner, path: string): AdvectError =>
  new AdvectError(
    'invalid-file',
    `'${folder}' is being trained in by process ${pid}${host === hostname() ? '' : ` on ${host}`}`,
    `Wait for it, or stop it first. If there is no such process, remove ${path}.`,
  );

/** The process that trains in a folder; undefined where none does, or it was killed. One of another machine is taken at its word. */
export async function ownerOf(folder: string): Promise<Owner | undefined> {
  return living(readOwner(await readFile(lockFile(folder), 'utf8').catch(() => '')));
}

async function living(owner: Owner | undefined): Promise<Owner | undefined> {
  if (!owner || owner.host !== hostname()) return owner;
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

/** Field 22 of /proc/PID/stat; undefined where there is no such file, and for what has ended and only waits to be forgotten. */
async function beginningOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields && !['Z', 'X'].includes(fields[0]) ? fields[19] : undefined;
}
