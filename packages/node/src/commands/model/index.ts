import type { CommandGroup } from '../../cli/group.js';
import { exportModel } from './export.js';
import { importModel } from './import.js';
import { info } from './info.js';
import { verify } from './verify.js';

/** `advect model …` */
export const model: CommandGroup = {
  name: 'model',
  summary: 'Look at models, check them, and carry them to and from other programs.',
  commands: [info, verify, exportModel, importModel],
};
