export { modelPath, readRunConfig, type RunConfig, runFolderOf, type RunPlan } from './config.js';
export { beginRun, findRun, type OpenRun, refuseEarlierRun, resumeRun } from './open.js';
export { runOptions, planOf, type RunOptions } from './options.js';
export { finishRun, type RunOutcome, type RunTraining, shellWord, trainRun } from './train.js';
