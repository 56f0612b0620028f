import { type Program, schemaCommand } from '@advect/node';
import { animate } from './commands/animate.js';
import { grid } from './commands/grid.js';
import { evaluate } from './commands/evaluate.js';
import { decode } from './commands/decode.js';
import { edit } from './commands/edit.js';
import { encode } from './commands/encode.js';
import { info } from './commands/info.js';
import { inpaint } from './commands/inpaint.js';
import { interpolate } from './commands/interpolate.js';
import { sample } from './commands/sample.js';
import { score } from './commands/score.js';
import { selftest } from './commands/selftest.js';
import { serve } from './commands/serve.js';
import { train } from './commands/train.js';
import { version } from './version.js';
import { trainClassifier } from './commands/train-classifier.js';

/** The image app's command line. */
export const program: Program = {
  name: 'advect-image',
  version,
  summary: 'Generate pictures, and measure how probable a picture is, with a continuous normalizing flow.',
  settings: 'image',
  commands: [
    sample,
    animate,
    grid,
    interpolate,
    encode,
    decode,
    inpaint,
    edit,
    score,
    info,
    train,
    evaluate,
    trainClassifier,
    serve,
    selftest,
    schemaCommand(() => program),
  ],
};
