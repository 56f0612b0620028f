import { numeric } from '@advect/node';

/** `--seed` of a command that encodes pictures; the numbers after it, up to a thousand, seed the draws of a score. */
export const betweenLevelsSeed = numeric({
  description: 'seed of the noise between levels',
  short: 's',
  integer: true,
  min: 0,
  max: Number.MAX_SAFE_INTEGER - 1000,
  default: 0,
});
