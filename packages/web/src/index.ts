// Speaking to a worker
export { type Bridge, type Call, callBridge, type CallOptions } from './bridge/call.js';
export type { Line, Verb, Verbs } from './bridge/messages.js';
export { startWorker } from './bridge/start-worker.js';
export { type EngineName, type EngineStatus, engineTitles, type SelfTest } from './compute/engine-status.js';

// What a page keeps, says and listens to
export { canvasBlob, download } from './browser/download.js';
export { fromBase64url, readHash, type TextState, toBase64url, writeHash } from './browser/hash-state.js';
export { keyNames, listenForKeys, type Shortcut, type Shortcuts } from './browser/shortcuts.js';
export { openStore, type Store } from './browser/store.js';
export { type Announcer, announcer, LiveRegion } from './ui/live-region.js';
export { type OfflineState, workOffline } from './offline/register.js';
