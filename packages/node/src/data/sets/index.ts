import { fashionMnist, mnist } from './mnist.js';

/** The public data sets that are opened by name. */
export const dataSets = Object.freeze([mnist, fashionMnist]);
