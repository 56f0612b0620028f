import type { DataSet } from '../data-set.js';
import { cifar10 } from './cifar10.js';
import { dcssTiles } from './dcss-tiles.js';
import { emnist } from './emnist.js';
import { emoji } from './emoji.js';
import { maf } from './maf.js';
import { fashionMnist, kmnist, mnist } from './mnist.js';
import { grooveMidi, jsbChorales } from './music.js';
import { nouns } from './nouns.js';
import { optdigits } from './optdigits.js';
import { uciPowerSubset } from './uci-power.js';
import { uciRegression } from './uci-regression.js';

/** The public data sets that are opened by name. */
export const dataSets: readonly DataSet[] = Object.freeze([
  mnist,
  fashionMnist,
  kmnist,
  ...emnist,
  cifar10,
  optdigits,
  emoji,
  dcssTiles,
  nouns,
  jsbChorales,
  grooveMidi,
  ...maf,
  uciPowerSubset,
  ...uciRegression,
]);
