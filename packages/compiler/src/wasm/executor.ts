import { sizeOf } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { integer, readOptions, value } from '@advect/base/options';
import type { Profile } from '../graph/index.js';
import type { PhaseName, Plan } from '../plan/plan.js';
import type { Arrays, ExecutorReport, Program } from '../program.js';
import { instantiateOn } from '../threads/control.js';
import { rangeOf, soloRunner, tileRunner, type TileRunner } from '../threads/pool.js';
import { type Layout, layoutOf } from './codegen/layout.js';
import { type CodeSettings, kernelExport, type PlanExports } from './codegen/module.js';
import { checkKnown, checkLength, checkNames, countRows } from './executor-arguments.js';
import { giveBack, planMemory, type PlanMemory, rowSize } from './executor-memory.js';
import { chooseRelaxed, compiledModule, compileModule } from './executor-modules.js';

export interface WasmOptions {
  /** Whether to use relaxed SIMD (fused multiply-add): 'auto', the default, where the engine has it. */
  readonly relaxed?: 'auto' | boolean;
  /** Threads that share the tiles of rows, the calling one included; 1 by default. */
  readonly threads?: number;
}

/** A program on WebAssembly. */
export interface WasmProgram extends Program {
  /** Copies of the parameters that are bound. Throws where none are yet. */
  parameters(): Arrays;
  run(args: Arrays, into?: Arrays): Arrays;
  profile(args: Arrays, clock: () => number): Profile;
}

/**
 * Tiles that a thread adds up before its sum goes into the common one. Rounding errors of a float32 sum grow with the number
 * of its terms; in two levels they grow with its root (Higham 2002, Accuracy and Stability of Numerical Algorithms, §4.3).
 */
const TILES_IN_A_SUM = 32;

const readers = {
  relaxed: value<'auto' | boolean>((v) => v === 'auto' || typeof v === 'boolean', "'auto', true or false", 'auto'),
  threads: integer({ default: 1, min: 1 }),
};

/**
 * A plan on WebAssembly SIMD, on the calling thread. The code is compiled at once, which a page's own thread may refuse for
 * large plans: there use {@link createWasmProgram}. No call allocates but for new arrays of results, and for more rows than
 * ever before. Throws `unsupported` where there is no SIMD.
 */
export function wasmProgram(plan: Plan, options?: Pick<WasmOptions, 'relaxed'>): WasmProgram {
  const { relaxed } = readOptions('wasmProgram', options, { relaxed: readers.relaxed });
  const settings = { relaxed: chooseRelaxed(relaxed), shared: false };
  const module = compiledModule(plan, settings);
  return programOf(plan, settings, startOf(plan, module, settings, 1));
}

/**
 * The same, compiled off the thread and with as many threads as given, which share the tiles of rows. Results do not depend
 * on the number of threads, except for sums over rows: each thread adds up a stretch of rows of its own, and such sums are
 * added in their order. So they are bit for bit the same for one number of threads, and differ by rounding between numbers.
 */
export async function createWasmProgram(plan: Plan, options?: WasmOptions): Promise<WasmProgram> {
  const { relaxed, threads } = readOptions('createWasmProgram', options, readers);
  const wanted = plan.tile === undefined ? 1 : threads;
  const settings = { relaxed: chooseRelaxed(relaxed), shared: wanted > 1 };
  const module = await compileModule(plan, settings);
  const start = startOf(plan, module, settings, wanted);
  if (wanted > 1) start.runner = await tileRunner({ module, memory: start.memory.memory, exports: start.exports, threads: wanted });
  return programOf(plan, settings, start);
}

/** What a program runs on; another takes its place if a thread is lost. */
interface Running {
  readonly module: WebAssembly.Module;
  readonly layout: Layout;
  readonly memory: PlanMemory;
  readonly exports: PlanExports;
  runner: TileRunner;
}

function startOf(plan: Plan, module: WebAssembly.Module, { shared }: CodeSettings, threads: number): Running {
  const layout = layoutOf(plan, threads);
  const memory = planMemory(plan, layout, shared);
  const exports = instantiateOn(module, memory.memory) as PlanExports;
  return { module, layout, memory, exports, runner: soloRunner(exports) };
}

function programOf(plan: Plan, settings: CodeSettings, start: Running): WasmProgram {
  const { rowArguments, rowResults, outputs, accumulators, tile } = plan;
  const inputsOf = (kind: 'parameter' | 'argument') => plan.inputs.filter((input) => input.kind === kind);
  const [parameters, plainArguments] = [inputsOf('parameter'), inputsOf('argument')];
  const argumentNames = [...plainArguments, ...rowArguments].map(({ name }) => name);
  const resultNames = [...outputs, ...rowResults].map(({ name }) => name);
  let running: Running | undefined = start;
  let isBound = parameters.length === 0;

  const current = (): Running => {
    if (running) return running;
    throw new AdvectError('invalid-value', 'the program was disposed of', 'Make a new one.');
  };

  const writeInputs = (what: string, inputs: Plan['inputs'], given: Arrays, memory: PlanMemory): void => {
    for (const { name, shape } of inputs) checkLength(what, name, given[name], sizeOf(shape), shape);
    for (const { name, buffer } of inputs) memory.sharedView(buffer).set(given[name]);
  };

  const requireBound = (): void => {
    if (isBound) return;
    const names = parameters.map(({ name }) => name).join(', ');
    throw new AdvectError('invalid-value', 'the program has no parameters yet', `Call bind first, with all of: ${names}.`);
  };

  const writeArguments = (args: Arrays): number => {
    const { memory } = current();
    requireBound();
    checkNames('argument', args, argumentNames);
    const rows = tile === undefined ? 0 : countRows(plan, args);
    memory.setRows(rows);
    writeInputs('argument', plainArguments, args, memory);
    for (const [slot, { name }] of rowArguments.entries()) memory.slotView(slot).set(args[name]);
    return rows;
  };

  const runTiles = (rows: number): void => {
    const { runner, exports, layout } = current();
    const tiles = Math.ceil(rows / tile!);
    const stretches = accumulators.length === 0 ? 1 : Math.max(1, Math.ceil(tiles / (TILES_IN_A_SUM * layout.arenas.length)));
    for (let stretch = 0; stretch < stretches; stretch++) {
      const used = runner.run({ tile: tile!, batch: rows, arenas: layout.arenas, ...rangeOf(stretch, stretches, tiles) });
      if (used === 0) {
        running = replacement(plan, settings, current());
        return runTiles(rows);
      }
      for (let i = 0; i < used; i++) (stretch + i === 0 ? exports.copySums : exports.addSums)(layout.arenas[i]);
    }
  };

  const readResults = (into: Arrays | undefined): Arrays => {
    const { memory } = current();
    const results: Record<string, Float32Array> = {};
    const read = (name: string, view: Float32Array): void => {
      results[name] = into?.[name] ?? new Float32Array(view.length);
      results[name].set(view);
    };
    for (const { name, buffer } of outputs) read(name, memory.sharedView(buffer));
    for (const [i, { name }] of rowResults.entries()) read(name, memory.slotView(rowArguments.length + i));
    return results;
  };

  const checkInto = (into: Arrays, rows: number): void => {
    checkKnown('result', into, resultNames);
    for (const { name, shape } of outputs) if (into[name]) checkLength('result', name, into[name], sizeOf(shape), shape);
    for (const slot of rowResults) {
      const { name, shape, rowAxis } = slot;
      if (into[name]) checkLength('result', name, into[name], rows * rowSize(slot), shape.with(rowAxis, rows));
    }
  };

  return {
    get report() {
      return reportOf(plan, settings, running?.runner);
    },
    bind(given) {
      const { memory } = current();
      checkNames(
        'parameter',
        given,
        parameters.map(({ name }) => name),
      );
      writeInputs('parameter', parameters, given, memory);
      isBound = true;
    },
    parameters() {
      const { memory } = current();
      requireBound();
      return Object.fromEntries(parameters.map(({ name, buffer }) => [name, memory.sharedView(buffer).slice()]));
    },
    run(args, into) {
      const rows = writeArguments(args);
      if (into) checkInto(into, rows);
      const { exports, layout } = current();
      exports.once(layout.arenas[0]);
      if (tile !== undefined) {
        runTiles(rows);
        current().exports.after(layout.arenas[0]);
      }
      return readResults(into);
    },
    profile(args, clock) {
      const rows = writeArguments(args);
      const { memory, layout } = current();
      return profileOf(plan, instantiateOn(compiledModule(plan, { ...settings, kernels: true }), memory.memory) as PlanExports, {
        rows,
        arena: layout.arenas[0],
        clock,
      });
    },
    dispose() {
      running?.runner.dispose();
      if (running && running.runner.threads > 1) giveBack(running.memory.memory);
      running = undefined;
    },
  };
}

/** The program's state on a memory of its own, to which a lost thread cannot write. */
function replacement(plan: Plan, settings: CodeSettings, lost: Running): Running {
  const { module, memory, runner } = lost;
  const next = startOf(plan, module, settings, 1);
  next.memory.setRows(memory.rows);
  for (const { id, region } of plan.buffers) if (region === 'shared') next.memory.sharedView(id).set(memory.sharedView(id));
  for (const slot of plan.rowArguments.keys()) next.memory.slotView(slot).set(memory.slotView(slot));
  next.runner = soloRunner(next.exports, runner.trouble);
  return next;
}

function reportOf(plan: Plan, { relaxed }: CodeSettings, runner: TileRunner | undefined): ExecutorReport {
  const threads = runner?.threads ?? 1;
  const how = plan.tile === undefined ? `as one piece, since ${plan.reason ?? 'it has no rows'}` : `in tiles of ${plan.tile} rows`;
  return {
    executor: 'wasm',
    threads,
    target: relaxed ? 'relaxed-simd' : 'simd',
    reason: `compiled to WebAssembly, computed ${how}${runner?.trouble === undefined ? '' : `; ${runner.trouble}`}`,
  };
}

function profileOf(
  plan: Plan,
  exports: PlanExports,
  { rows, arena, clock }: { rows: number; arena: number; clock: () => number },
): Profile {
  const kernels = exports as unknown as Record<string, (arena: number, rowStart: number, live: number, batch: number) => void>;
  const times = new Map<string, { node: number; kind: string; calls: number; milliseconds: number }>();
  const runPhase = (phase: PhaseName, rowStart: number, live: number): void => {
    for (const [i, { node, kind }] of plan.phases[phase].entries()) {
      const name = kernelExport(phase, i);
      const entry = times.get(name) ?? { node, kind, calls: 0, milliseconds: 0 };
      const before = clock();
      kernels[name](arena, rowStart, live, rows);
      entry.milliseconds += clock() - before;
      entry.calls++;
      times.set(name, entry);
    }
  };
  runPhase('once', 0, 0);
  const { tile } = plan;
  if (tile !== undefined) {
    exports.clear(arena);
    for (let start = 0; start < rows; start += tile) runPhase('tile', start, Math.min(tile, rows - start));
    exports.copySums(arena);
    runPhase('after', 0, 0);
  }
  return { graph: plan.graph, kernels: [...times.values()] };
}
