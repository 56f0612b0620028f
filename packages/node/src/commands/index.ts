import type { ProgramGroup } from '../cli/group.js';
import { data } from './data/index.js';
import { model } from './model/index.js';
import { runs } from './runs/index.js';

/** The command line `advect`: one group a folder, one command a file. */
export const advect: ProgramGroup = {
  name: 'advect',
  version: '0.1.0',
  summary: 'Look at training runs, models and data sets.',
  groups: [runs, model, data],
};
