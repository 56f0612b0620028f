import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '@advect/node';
import { program } from '#src/program.js';

/** Runs `work` with a folder of its own, which is removed afterwards. */
export async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'advect-image-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export interface Outcome {
  readonly code: number;
  readonly out: string;
  /** The same as it was written, where it was no text. */
  readonly bytes: Uint8Array;
  readonly err: string;
}

/** The app's command line in this process. */
export async function run(...argv: string[]): Promise<Outcome> {
  const written: Buffer[] = [];
  let err = '';
  const code = await runProgram(program, {
    argv,
    env: {},
    stdout: { write: (part) => void written.push(Buffer.from(part)) },
    stderr: { write: (text) => void (err += text) },
  });
  const bytes = Buffer.concat(written);
  return { code, out: bytes.toString(), bytes, err };
}

export const cli = new URL('../../dist/cli.js', import.meta.url).pathname;

/** The app as a process of its own. */
export const runChild = (...argv: string[]): Promise<Outcome> =>
  new Promise((resolve) => {
    execFile(process.execPath, [cli, ...argv], { env: { ...process.env, ADVECT_DEBUG: '' } }, (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, bytes: Buffer.from(out), err }),
    );
  });
