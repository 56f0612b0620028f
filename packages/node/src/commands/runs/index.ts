import type { CommandGroup } from '../../cli/group.js';
import { compare } from './compare.js';
import { list } from './list.js';
import { show } from './show.js';

/** `advect runs …` */
export const runs: CommandGroup = { name: 'runs', summary: 'Look at training runs.', commands: [list, show, compare] };
