import { cpus } from 'node:os';
import { shellWord } from '@advect/base/shell-word';
import { modelPath, type RunConfig, type RunPlan, runFolderOf } from './config.js';
import { planOf, type RunOptions } from './options.js';

/** What an app knows of its run. */
export interface RunDescription {
  /** Its own settings, with the seed and the number of updates among them. */
  readonly settings: { readonly seed: number; readonly steps: number };
  /** The command line of the settings. */
  readonly command: string;
  readonly out: string;
  readonly unit?: string;
}

/** The configuration of a new run, from its command line, with what it runs on. */
export function runConfig({ program, options }: { program: string; options: RunOptions }, run: RunDescription): RunConfig {
  const { settings, command, out, unit } = run;
  const plan = planOf(options);
  return {
    program,
    command: `${command} ${planFlags(plan)} --out ${shellWord(out)}`,
    created: new Date().toISOString(),
    seed: settings.seed,
    steps: settings.steps,
    model: modelPath(runFolderOf(out), out),
    ...(unit !== undefined && { unit }),
    settings,
    plan,
    versions: {
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
      cpu: `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores`,
      ...(process.env.ADVECT_THREADS && { threads: process.env.ADVECT_THREADS }),
    },
  };
}

function planFlags({ checkpointEvery, keep, patience, validateEvery = 0, sampleEvery = 0 }: RunPlan): string {
  const flags = { 'checkpoint-every': checkpointEvery, keep, 'validate-every': validateEvery, patience, 'sample-every': sampleEvery };
  return Object.entries(flags)
    .flatMap(([name, given]) => (given === undefined ? [] : [`--${name} ${given}`]))
    .join(' ');
}

/** The part of a plan that decides which weights a run ends with, as a command line. */
export const earlyStopping = ({ patience, validateEvery = 0 }: Pick<RunPlan, 'patience' | 'validateEvery'>): string =>
  patience === undefined ? '' : ` --validate-every ${validateEvery} --patience ${patience}`;
