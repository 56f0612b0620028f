import type { Parameters } from '../field/field.js';
import { AdvectError } from '@advect/base/errors';
import { type AdamState, adamInit } from './optimizer.js';
import { copyParameters } from './ema.js';

/** Everything that a run needs to go on as if it had never stopped; plain data. */
export interface TrainingState {
  /** Updates made so far; with the seed it determines all randomness that is still to come. */
  readonly step: number;
  readonly seed: number;
  readonly batch: number;
  /** Name of the objective. */
  readonly objective: string;
  /** The weights that the optimizer moves. */
  readonly parameters: Parameters;
  /** Their moving average, if the run keeps one. */
  readonly ema?: Parameters;
  readonly optimizer: AdamState;
  /** Smoothed loss and the total weight of the losses in it. */
  readonly smoothing: { readonly loss: number; readonly weight: number };
}

/** The state while it is trained on. */
export interface LiveState {
  step: number;
  readonly parameters: Parameters;
  readonly ema?: Parameters;
  readonly optimizer: AdamState;
  smoothing: { loss: number; weight: number };
}

export const newState = (parameters: Parameters, ema: boolean): LiveState => ({
  step: 0,
  parameters: copyParameters(parameters),
  ...(ema && { ema: copyParameters(parameters) }),
  optimizer: adamInit(parameters),
  smoothing: { loss: 0, weight: 0 },
});

/** A deep copy. */
export const copyState = (state: LiveState): LiveState => ({
  step: state.step,
  parameters: copyParameters(state.parameters),
  ...(state.ema && { ema: copyParameters(state.ema) }),
  optimizer: { ...state.optimizer, m: copyArrays(state.optimizer.m), v: copyArrays(state.optimizer.v) },
  smoothing: { ...state.smoothing },
});

const copyArrays = (arrays: { readonly [name: string]: Float32Array }): { readonly [name: string]: Float32Array } =>
  Object.fromEntries(Object.entries(arrays).map(([name, data]) => [name, data.slice()]));

/** What a resumed run must have in common with the one it goes on from. */
export interface RunIdentity {
  readonly seed: number;
  readonly batch: number;
  readonly objective: string;
  readonly ema: boolean;
}

/** Copies a state to go on from; throws where it belongs to another run or to other weights. */
export function resumeState(state: TrainingState, run: RunIdentity, parameters: Parameters): LiveState {
  const differs = (what: string, was: unknown, is: unknown): AdvectError =>
    new AdvectError(
      'invalid-option',
      `train: the state to resume from has ${what} ${String(was)}, this run has ${String(is)}`,
      `Resume with the settings of the run that was stopped, or leave out 'resume' to start a new run from the flow's weights.`,
    );
  for (const what of ['seed', 'batch', 'objective'] as const) if (state[what] !== run[what]) throw differs(what, state[what], run[what]);
  if ((state.ema !== undefined) !== run.ema) throw differs('an average of the weights:', state.ema !== undefined, run.ema);
  const shapes = (given: Parameters): string =>
    Object.keys(given)
      .sort()
      .map((name) => `${name} [${given[name].shape.join(', ')}]`)
      .join('; ');
  if (shapes(state.parameters) !== shapes(parameters)) throw differs('the weights', shapes(state.parameters), shapes(parameters));
  return copyState(state);
}
