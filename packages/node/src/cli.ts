import { main } from './cli/run.js';
import { advect } from './commands/index.js';

await main(advect);
