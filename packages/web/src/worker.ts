// What runs in a page's worker
export { type Handlers, type Job, serveBridge } from './bridge/serve.js';
export type { Line, Verb, Verbs } from './bridge/messages.js';
export { cardOf, modelFilesOf } from './models/fetch-model.js';
export type { OpenedModel } from './models/opened-model.js';
export type { ModelSource, Received } from './models/source.js';
export { browserEngines } from './compute/browser-engines.js';
export type { Curve, CurvePoint } from './ui/curves.js';
export { type Effort, effortOf } from './compute/effort.js';
export { engineHandlers, type EngineVerbs } from './compute/engine-verbs.js';
export { type Engine, type Engines, engines } from './compute/engines.js';
export type { EngineName, EngineStatus, SelfTest } from './compute/engine-status.js';
export { selfTest } from './compute/self-test.js';
