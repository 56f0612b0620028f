import type { Panel } from '../panel.js';

/** The panels below the wall, in their order. */
export const panels: readonly Panel[] = [];
