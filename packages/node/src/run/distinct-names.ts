import { resolve, sep } from 'node:path';
import type { RunSummary } from './summary.js';

/**
 * The same runs with names that tell them apart: those of equal names get the folders above, as few as differ, and one that
 * is given twice its number.
 */
export function distinctNames(runs: readonly RunSummary[]): RunSummary[] {
  const paths = runs.map(({ folder }) =>
    resolve(folder)
      .replace(/\.run$/, '')
      .split(sep),
  );
  const tail = (i: number, parts: number): string => paths[i].slice(-parts).join('/');
  return runs.map((run, i) => {
    const alike = runs.flatMap(({ name }, j) => (name === run.name ? [j] : []));
    if (alike.length === 1) return run;
    const others = alike.filter((j) => tail(j, Infinity) !== tail(i, Infinity));
    let parts = 1;
    while (others.some((j) => tail(j, parts) === tail(i, parts))) parts++;
    const same = alike.filter((j) => !others.includes(j));
    return { ...run, name: same.length === 1 ? tail(i, parts) : `${tail(i, parts)} (${same.indexOf(i) + 1})` };
  });
}
