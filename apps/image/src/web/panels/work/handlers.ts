import type { Handlers } from '@advect/web/worker';
import type { Bench } from '../../worker/bench.js';
import { dial, swap } from './edit.js';
import { encode } from './encode.js';
import { inpaint } from './inpaint.js';
import { measure } from './measure.js';
import { morph } from './morph.js';
import { surprise } from './surprise.js';
import { train } from './train.js';
import type { PanelVerbs } from './verbs.js';

/** The worker's answers to the panels. */
export const panelHandlers = (bench: Bench): Handlers<PanelVerbs> => ({
  measure: (request, job) => measure(bench, request, job),
  encode: (request, job) => encode(bench, request, job),
  surprise: (request, job) => surprise(bench, request, job),
  morph: (request, job) => morph(bench, request, job),
  inpaint: (request, job) => inpaint(bench, request, job),
  swap: (request, job) => swap(bench, request, job),
  dial: (request, job) => dial(bench, request, job),
  train: (request, job) => train(bench, request, job),
  stop: () => bench.stopTraining?.(),
});
