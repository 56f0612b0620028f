import { AdvectError } from '@advect/base/errors';
import { flag, kebab, numeric, text, type Values } from '../cli/option.js';
import type { RunPlan } from './config.js';

/** The options that every `train` command has; an app says how often is usual for it. */
export const runOptions = (usual: { readonly checkpointEvery: number; readonly validateEvery: number; readonly sampleEvery: number }) => ({
  checkpointEvery: numeric({
    description: 'steps between checkpoints',
    integer: true,
    min: 1,
    max: 1e7,
    default: usual.checkpointEvery,
  }),
  keep: numeric({
    description: 'checkpoints to keep: the last so many, and the best',
    integer: true,
    min: 1,
    max: 1000,
    default: 2,
  }),
  validateEvery: numeric({
    description: 'steps between measurements on held-out data; 0 makes none',
    integer: true,
    min: 0,
    max: 1e7,
    default: usual.validateEvery,
  }),
  patience: numeric({
    description: 'stop after so many measurements without a better one, and take the best weights',
    integer: true,
    min: 1,
    max: 1e6,
  }),
  sampleEvery: numeric({ description: 'steps between samples; 0 makes none', integer: true, min: 0, max: 1e7, default: usual.sampleEvery }),
  findRate: flag({ description: 'try learning rates from low to high, show the loss and a suggestion, and train nothing' }),
  out: text({
    description: 'folder for the model; the run lies beside it in DIR.run',
    short: 'o',
    placeholder: 'DIR',
    defaultText: 'model',
  }),
  resume: text({ description: 'go on with this run, with the settings it holds', placeholder: 'DIR.run' }),
  force: flag({ description: 'replace a model, and a run, that exist' }),
});

export type RunOptions = Values<ReturnType<typeof runOptions>>;

/** The plan that a command line asks for. Throws `invalid-option` for patience without measurements. */
export function planOf({ checkpointEvery, keep, patience, validateEvery, sampleEvery }: RunOptions): RunPlan {
  if (patience !== undefined && validateEvery === 0) {
    throw new AdvectError('invalid-option', '--patience needs measurements, and --validate-every is 0', 'Give --validate-every N.');
  }
  return {
    checkpointEvery,
    keep,
    ...(patience !== undefined && { patience }),
    ...(validateEvery > 0 && { validateEvery }),
    ...(sampleEvery > 0 && { sampleEvery }),
  };
}

/** Options of a `train` command that mean something to a run that is resumed, whatever the app. */
const openLater = ['resume', 'out', 'force', 'findRate'] as const;

/**
 * Throws `invalid-option` where a command line that resumes a run gives an option that the run has settled: it would change
 * nothing.
 *
 * @param open options of the app that a resumed run does take
 */
export function refuseSettled(
  { given, options: { resume } }: { readonly given: readonly string[]; readonly options: Pick<RunOptions, 'resume'> },
  open: readonly string[] = [],
): void {
  if (resume === undefined) return;
  const isOpen = new Set<string>([...openLater, ...open]);
  const settled = given.filter((name) => !isOpen.has(name));
  if (settled.length === 0) return;
  const names = settled.map((name) => `--${kebab(name)}`).join(', ');
  throw new AdvectError(
    'invalid-option',
    `${names} cannot be given with --resume: the run '${resume}' has its settings`,
    'Leave it out to go on, or leave --resume out to train anew.',
  );
}
