import type { CommandGroup } from '../../cli/group.js';

/** `advect model …` */
export const model: CommandGroup = { name: 'model', summary: 'Look at models.', commands: [] };
