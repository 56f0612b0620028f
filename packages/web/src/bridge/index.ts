// The two ends of a line to a worker, without anything that computes
export { type Bridge, type Call, callBridge, type CallOptions } from './call.js';
export type { Line, Verb, Verbs } from './messages.js';
export { type Handlers, type Job, serveBridge } from './serve.js';
export { startWorker } from './start-worker.js';
