import { type Program, schemaCommand } from '@advect/node';
import { compose } from './commands/compose.js';
import { continuePiece } from './commands/continue.js';
import { drum } from './commands/drum.js';
import { evaluate } from './commands/evaluate.js';
import { harmonise } from './commands/harmonise.js';
import { humanise } from './commands/humanise.js';
import { infill } from './commands/infill.js';
import { info } from './commands/info.js';
import { morph } from './commands/morph.js';
import { render } from './commands/render.js';
import { score } from './commands/score.js';
import { selftest } from './commands/selftest.js';
import { serve } from './commands/serve.js';
import { train } from './commands/train.js';

/** The music app's command line. */
export const program: Program = {
  name: 'advect-music',
  version: '0.1.0',
  summary: 'Compose, continue, harmonise and measure four-part music, and play drums, with continuous normalizing flows, and hear it.',
  settings: 'music',
  commands: [
    compose,
    continuePiece,
    harmonise,
    infill,
    morph,
    humanise,
    drum,
    score,
    render,
    info,
    train,
    evaluate,
    serve,
    selftest,
    schemaCommand(() => program),
  ],
};
