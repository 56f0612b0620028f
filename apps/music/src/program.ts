import type { Program } from '@advect/node';
import { compose } from './commands/compose.js';
import { info } from './commands/info.js';
import { render } from './commands/render.js';
import { train } from './commands/train.js';

/** The music app's command line. */
export const program: Program = {
  name: 'advect-music',
  version: '0.1.0',
  summary: 'Compose four-part chorales with a continuous normalizing flow, and hear them.',
  commands: [compose, render, info, train],
};
