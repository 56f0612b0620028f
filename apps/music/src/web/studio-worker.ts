import { browserEngines, engineHandlers, engines, type Line, serveBridge } from '@advect/web/worker';
import { grooveHandlers } from './groove/work/beats.js';
import { panelHandlers } from './panels/work/handlers.js';
import type { StudioVerbs } from './studio-verbs.js';
import type { Bench } from './worker/bench.js';
import { compose, rework } from './worker/compose.js';
import { nudge } from './worker/nudge.js';
import { open } from './worker/open.js';

const bench: Bench = { engines: engines(browserEngines()), opened: undefined, beats: undefined };

serveBridge<StudioVerbs>(globalThis as unknown as Line, {
  ...engineHandlers(bench.engines),
  ...panelHandlers(bench),
  ...grooveHandlers(bench),
  open: (source, job) => open(bench, source, job),
  compose: (request, job) => compose(bench, request, job),
  rework: (request, job) => rework(bench, request, job),
  nudge: (request, job) => nudge(bench, request, job),
});
