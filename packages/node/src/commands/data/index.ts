import type { CommandGroup } from '../../cli/group.js';
import { get, verify } from './get.js';
import { info } from './info.js';
import { list } from './list.js';

/** `advect data …` */
export const data: CommandGroup = { name: 'data', summary: 'Look at data sets, and fetch them.', commands: [list, info, get, verify] };
