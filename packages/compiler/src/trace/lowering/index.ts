import type { Lowerings } from '../kernel.js';
import { activations } from './activations.js';
import { convolutions } from './convolutions.js';
import { creation } from './creation.js';
import { elementwise } from './elementwise.js';
import { places } from './places.js';
import { pools } from './pools.js';
import { products } from './products.js';
import { reductions } from './reductions.js';
import { resizing } from './resizing.js';
import { structure } from './structure.js';

/** Every kernel of TensorFlow.js that can be traced. */
export const lowerings: Lowerings = {
  ...activations,
  ...convolutions,
  ...creation,
  ...elementwise,
  ...places,
  ...pools,
  ...products,
  ...reductions,
  ...resizing,
  ...structure,
};
