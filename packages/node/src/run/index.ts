export { modelOf, type RunConfig, runFolderOf, type RunPlan } from './config.js';
export { earlyStopping, runConfig, type RunDescription } from './describe.js';
export { beginRun, findRun, type OpenRun, refuseEarlierRun, resumeRun } from './open.js';
export { runOptions, planOf, refuseSettled, type RunOptions } from './options.js';
export { showLearningRate } from './learning-rate.js';
export { shellWord } from '@advect/base/shell-word';
export { finishRun } from './finish.js';
export { type RunOutcome, type RunTraining, trainRun } from './train.js';
