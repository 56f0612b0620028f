import type { CommandGroup } from '../../cli/group.js';

/** `advect data …` */
export const data: CommandGroup = { name: 'data', summary: 'Look at data sets, and fetch them.', commands: [] };
