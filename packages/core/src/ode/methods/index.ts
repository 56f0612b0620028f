import { adams } from '../adams.js';
import type { Method } from '../stepper.js';
import type { ExplicitMethod } from '../tableau.js';
import { bosh3 } from './bosh3.js';
import { dopri5 } from './dopri5.js';
import { dopri8 } from './dopri8.js';
import { euler } from './euler.js';
import { heun } from './heun.js';
import { midpoint } from './midpoint.js';
import { ralston } from './ralston.js';
import { rk38 } from './rk38.js';
import { rk4 } from './rk4.js';
import { rodas4 } from './rodas4.js';
import { tsit5 } from './tsit5.js';

/** The explicit Runge–Kutta methods by name. */
export const explicitMethods = { euler, midpoint, heun, ralston, rk4, rk38, bosh3, dopri5, tsit5, dopri8 } satisfies Record<
  string,
  ExplicitMethod
>;

export type ExplicitMethodName = keyof typeof explicitMethods;

export const explicitMethodNames = Object.keys(explicitMethods) as ExplicitMethodName[];

/** Every method by its name. Those with an `error` entry can choose their own steps. */
export const methods = { ...explicitMethods, abm4: adams(4), rodas4 } satisfies Record<string, Method>;

export type MethodName = keyof typeof methods;

export const methodNames = Object.keys(methods) as MethodName[];
