import { choice } from '../../cli/option.js';
import { defineCommand } from '../../cli/command.js';
import { dataSets } from '../../data/sets/index.js';
import { textTable } from '../../text-table.js';
import { countsText, facts, shapeText } from './describe.js';

export const list = defineCommand({
  name: 'list',
  summary: 'List the public data sets that are opened by name.',
  options: { kind: choice(['pictures', 'table', 'music'], { description: 'only sets of this kind' }) },
  examples: [['list --kind pictures', 'sets of pictures, with their shapes and licences']],
  run: async ({ options: { kind }, print, json }) => {
    const sets = dataSets.filter((set) => kind === undefined || set.kind === kind);
    if (json) return sets.forEach((set) => print(JSON.stringify(facts(set))));
    const rows = sets.map((set) => [set.name, set.kind, shapeText(set), countsText(set), set.licence]);
    textTable([['name', 'kind', 'sample', 'samples', 'licence'], ...rows], []).forEach((line) => print(line));
  },
});
