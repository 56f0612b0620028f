import { integer, number, oneOf, optional, readOptions } from '@advect/base/options';
import { AdvectError } from '@advect/base/errors';
import { readLimited } from '@advect/node';
import { largestFile } from '../data/folder.js';
import { readSettings } from '../format/settings-in-file.js';

const methods = ['euler', 'midpoint', 'heun', 'rk4', 'bosh3', 'dopri5', 'tsit5'] as const;

interface Solver {
  readonly method: (typeof methods)[number];
  readonly steps: number | undefined;
  readonly tolerance: number | undefined;
  readonly temperature: number;
}

/** The options of `sample` that make the picture in a file again, with the weights it asks for. Throws `invalid-file`. */
export async function optionsLike(path: string) {
  const { model, seed, index, count = 0, label = ['none'], ...made } = await readSettings(await readLimited(path, largestFile), path);
  let solver: Solver;
  try {
    solver = readOptions<Solver>(
      path,
      { method: made.solver, steps: made.steps, tolerance: made.tol, temperature: made.temperature },
      {
        method: oneOf(methods),
        steps: optional(integer({ min: 1, max: 10_000 })),
        tolerance: optional(number({ min: 1e-6, max: 1 })),
        temperature: number({ min: 0, max: 2 }),
      },
    );
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AdvectError(
      'invalid-file',
      `the settings in '${path}' cannot be used: ${reason}`,
      'Give --seed and the rest yourself.',
      cause,
    );
  }
  const { tolerance, ...rest } = solver;
  const options = {
    seed,
    label,
    index,
    count: Math.max(1, Math.round(count / label.length)),
    ...rest,
    ...(tolerance && { tolerance }),
  };
  return { options, model };
}
