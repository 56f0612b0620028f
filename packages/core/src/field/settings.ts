import { integer, oneOf, optional } from '@advect/base/options';
import { type TimeLayerName, timeLayerNames } from '../nn/time-layer.js';

/** How wide a field's condition is; `conditionWidth` makes one number of both. */
export interface ConditionSettings {
  /** Number of classes of a class-conditional field; or give `conditionDim`. */
  readonly classes?: number;
  /** Width of the condition. Default 0, none. */
  readonly conditionDim?: number;
}

export const conditionSettings = {
  classes: optional(integer({ min: 1 })),
  conditionDim: optional(integer({ min: 0 })),
};

/** How the last layer starts. */
export interface StartSettings {
  /**
   * `zero`, the default, starts with an output of 0. With u = 0 the flow begins as the identity, where every log-density is
   * exact and every solver takes one step. `random` starts the last layer as any other.
   */
  readonly lastLayer?: 'zero' | 'random';
}

export const startSettings = { lastLayer: oneOf(['zero', 'random'] as const, 'zero') };

/** The settings of fields that are made of time layers, each with a default of its own for `time`. */
export interface TimeLayerSettings extends ConditionSettings, StartSettings {
  /**
   * How time and condition s enter every layer, with the layers of the FFJORD reference code (Grathwohl et al. 2019).
   * `concat-squash`, the default of `mlp`, multiplies by σ(s·G + g) and adds s·V; `concat`, the default of `conv`, adds s·V;
   * `squash` multiplies only; `hyper` has a small net make the weights; `blend` moves from one layer to another with time,
   * `ignore` is the same at all times, and neither takes a condition.
   */
  readonly time?: TimeLayerName;
  /** Hidden units of the net that makes the weights of `hyper` layers. Default 8. */
  readonly hyperUnits?: number;
  /** Octaves of sines and cosines of time beside t itself (see `timeFeatures`). Default 0, as in FFJORD. */
  readonly octaves?: number;
}

export const timeLayerSettings = (time: TimeLayerName) => ({
  time: oneOf(timeLayerNames, time),
  hyperUnits: integer({ default: 8, min: 1, max: 1024 }),
  octaves: integer({ default: 0, min: 0, max: 16 }),
  ...conditionSettings,
  ...startSettings,
});
