import type { CommandGroup } from '../../cli/group.js';

/** `advect runs …` */
export const runs: CommandGroup = { name: 'runs', summary: 'Look at training runs.', commands: [] };
