import { written } from './describe-run.js';
import type { RunConfig } from './config.js';

/** A setting in which runs differ, with the value in each; a dash where it has none. */
export interface Difference {
  readonly name: string;
  readonly values: readonly string[];
}

/** What runs were told differently: settings, plans, programs and machines. */
export function differences(configs: readonly RunConfig[]): Difference[] {
  const told = configs.map(({ program, settings, plan, versions }): Record<string, unknown> => ({
    program,
    ...settings,
    ...plan,
    ...versions,
  }));
  const names = [...new Set(told.flatMap((values) => Object.keys(values)))];
  return names
    .map((name) => ({ name, values: told.map((values) => written(values[name])) }))
    .filter(({ values }) => new Set(values).size > 1);
}
