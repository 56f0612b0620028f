import { browserEngines, engineHandlers, engines, type Line, serveBridge } from '@advect/web/worker';
import { panelHandlers } from './panels/work/handlers.js';
import type { StudioVerbs } from './studio-verbs.js';
import type { Bench } from './worker/bench.js';
import { open } from './worker/open.js';
import { wall } from './worker/wall.js';

const bench: Bench = { engines: engines(browserEngines()), opened: undefined };

serveBridge<StudioVerbs>(globalThis as unknown as Line, {
  ...engineHandlers(bench.engines),
  open: (source, job) => open(bench, source, job),
  wall: (request, job) => wall(bench, request, job),
  ...panelHandlers(bench),
});
