import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { key, split, uniforms } from '@advect/core/random';
import { sha256 } from '#src/index.js';
import { checkpointSteps, readCheckpoint } from '#src/run/checkpoint.js';
import { type LogEntry, logFile, readRunLog } from '#src/run/log.js';
import { smallFile } from './small-program.js';

export interface KillSettings {
  /** An empty folder to work in. */
  readonly folder: string;
  readonly kills: number;
  readonly steps: number;
  readonly threads: number;
  readonly seed: number;
}

/** What a run that was killed again and again came to, beside one that nobody touched. */
export interface KillReport {
  /** Kills before there was a run, before its first checkpoint, while it trained, and after its last update. */
  readonly kills: { readonly [when in 'unborn' | 'early' | 'training' | 'late']: number };
  /** Whole runs that were made on the way. */
  readonly runs: number;
  /** Checkpoints read and found whole after kills. */
  readonly checkpoints: number;
  /** Lines of the log that a kill tore, all of them the last. */
  readonly tornLines: number;
  readonly problems: readonly string[];
}

/**
 * Kills (SIGKILL) a training at random moments, looks at what is left, goes on with it, and compares what comes out with a
 * training that was left alone: weights, last state and log, to the bit.
 */
export async function killAgainAndAgain({ folder, kills, steps, threads, seed }: KillSettings): Promise<KillReport> {
  const flags = ['--steps', String(steps), '--threads', String(threads), '--checkpoint-every', '1', '--validate-every', '10'];
  const train = (...argv: string[]) => start(['train', ...argv]);
  const whole = join(folder, 'whole');
  const began = performance.now();
  const untouched = await train(...flags, '--out', whole).ended;
  const problems: string[] = untouched.code === 0 ? [] : [`the untouched run ended with ${untouched.code}: ${untouched.err}`];
  // The machine may be slower now than later: the shortest whole run says when a kill can still hit one.
  let length = performance.now() - began;
  let draws = 0;
  const wanted = await resultOf(whole);

  const count = { unborn: 0, early: 0, training: 0, late: 0 };
  let [killed, runs, checkpoints, tornLines] = [0, 0, 0, 0];
  while (killed < kills && problems.length === 0) {
    const out = join(folder, `killed-${runs}`);
    const run = `${out}.run`;
    let last = 0;
    let resume = false;
    for (let done = false; !done && problems.length === 0;) {
      const child = train(...(resume ? ['--resume', run] : [...flags, '--out', out, '--force']));
      const started = performance.now();
      const patience = killed < kills ? 0.7 * length * uniforms(split(key(seed), draws++), 1)[0] : Infinity;
      const { code, err } = await child.killAfter(patience);
      if (code === 0) {
        if (!resume) length = Math.min(length, performance.now() - started);
        const result = await resultOf(out);
        for (const [what, is] of Object.entries(result)) if (is !== wanted[what]) problems.push(`run ${runs}: another ${what}`);
        done = true;
        continue;
      }
      if (code !== null) {
        problems.push(`going on after kill ${killed} ended with ${code}: ${err}`);
        continue;
      }
      killed++;
      resume = await readFile(join(run, 'config.json')).then(
        () => true,
        () => false,
      );
      const found = await checkpointSteps(run);
      for (const step of found) {
        checkpoints++;
        await readCheckpoint(run, step).catch((error: Error) => problems.push(`after kill ${killed}: ${error.message}`));
      }
      const now = found.at(-1) ?? 0;
      if (now < last) problems.push(`after kill ${killed}: the last checkpoint is of step ${now}, and was of ${last}`);
      last = now;
      const text = await readFile(logFile(run), 'utf8').catch(() => '');
      if (text !== '' && !text.endsWith('\n')) tornLines++;
      for (const line of text.split('\n').slice(0, -1)) if (!isJson(line)) problems.push(`after kill ${killed}: torn line ${line}`);
      count[!resume ? 'unborn' : now === 0 ? 'early' : now < steps ? 'training' : 'late']++;
    }
    runs++;
  }
  return { kills: count, runs, checkpoints, tornLines, problems };
}

/** What must be equal to the bit: the model's weights, the last state, and what the log tells of the updates. */
async function resultOf(out: string): Promise<Readonly<Record<string, string>>> {
  const run = `${out}.run`;
  const step = (await checkpointSteps(run)).at(-1)!;
  return {
    weights: sha256(await readFile(join(out, 'weights.safetensors'))),
    state: sha256((await readCheckpoint(run, step)).state),
    log: (await readRunLog(run)).flatMap(lasting).join('\n'),
  };
}

/** A log entry without its times and vitals; nothing of one that is about sessions. */
export function lasting(entry: LogEntry): string[] {
  if (entry.event !== 'step') return entry.event === 'sample' ? [JSON.stringify(entry)] : [];
  const { step, loss, smoothedLoss, gradientNorm, learningRate, validation, metrics } = entry;
  return [JSON.stringify({ step, loss, smoothedLoss, gradientNorm, learningRate, validation, metrics })];
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

interface Ended {
  readonly code: number | null;
  readonly err: string;
}

function start(argv: readonly string[]): { readonly ended: Promise<Ended>; killAfter(milliseconds: number): Promise<Ended> } {
  const child = spawn(process.execPath, [smallFile, ...argv], { stdio: ['ignore', 'ignore', 'pipe'] });
  let err = '';
  child.stderr.on('data', (text) => (err += text));
  const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, err })));
  return {
    ended,
    async killAfter(milliseconds) {
      const timer = Number.isFinite(milliseconds) ? setTimeout(() => child.kill('SIGKILL'), milliseconds) : undefined;
      const result = await ended;
      clearTimeout(timer);
      return result;
    },
  };
}
