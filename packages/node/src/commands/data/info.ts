import { defineCommand } from '../../cli/command.js';
import { digitsOf } from '../../data/checksum.js';
import type { DataFile } from '../../data/data-file.js';
import { findSet } from '../../data/open-set.js';
import { countsText, facts, shapeText, sizeText } from './describe.js';

export const info = defineCommand({
  name: 'info',
  summary: 'Show what is known of a data set: makers, licence, shape, files, checksums.',
  positionals: [{ name: 'NAME', description: "a name of 'list'", required: true }],
  options: {},
  examples: [['info mnist', 'where its files are, and how they are known']],
  run: async ({ positionals: [name], print, json }) => {
    const set = findSet(name);
    if (json) return print(JSON.stringify(facts(set)));
    const lines = [
      ['title', set.title],
      ['by', set.by],
      ['licence', set.licence],
      ['see', set.homepage],
      ['sample', shapeText(set) + (set.levels === undefined ? '' : `, ${set.levels} levels`)],
      ['samples', `${countsText(set)} (${Object.keys(set.counts).join(' + ')})`],
      ...(set.classes.length > 0 ? [['classes', `${set.classes.length}: ${set.classes.join(', ')}`]] : []),
      ...(set.remark === undefined ? [] : [['note', set.remark]]),
    ];
    for (const [what, text] of lines) print(`${what.padEnd(8)} ${text}`);
    set.forms.forEach(({ files }, i) => {
      print(i === 0 ? 'files' : 'or');
      for (const file of files) fileLines(file).forEach((line) => print(`  ${line}`));
    });
  },
});

function fileLines(file: DataFile): string[] {
  const digits = digitsOf(file);
  const inside = file.unzipped?.hashed === 'inside' ? ' of what the .gz holds' : '';
  return [
    `${file.name}, at most ${sizeText(file.limit)}`,
    `  ${file.url ?? 'from a local folder only'}`,
    `  ${digits ? `${digits[0]} ${digits[1]}${inside}` : 'no checksum is published: the first download is pinned'}`,
  ];
}
