import { AdvectError } from '@advect/base/errors';
import type { Graph } from '../graph/index.js';
import { rowsLast, type RowGraph, type RowsResult } from '../rows/rows-last.js';
import { groupsOf } from './groups.js';
import { draftKernels, readViews, writtenViews, type Draft } from './kernels.js';
import { aligned, placed } from './memory.js';
import type { Buffer, Kernel, PhaseName, Plan } from './plan.js';
import { tileFor } from './tile-size.js';
import { valuesOf } from './values.js';
import { sizeOfShape } from './views.js';

export interface PlanOptions {
  /** Rows in a tile, 1 or a multiple of 8; 'auto' (the default) chooses by the widths of the graph. */
  readonly tile?: number | 'auto';
  /** Whether to look for independent rows; true by default. */
  readonly rows?: boolean;
}

const SMALLEST_TILE = 8;

/** Lays a graph out for generated code: fused kernels in phases, and every byte of memory. The same graph gives the same plan. */
export function makePlan(graph: Graph, { tile = 'auto', rows = true }: PlanOptions = {}): Plan {
  if (tile !== 'auto' && tile !== 1 && !(Number.isInteger(tile) && tile >= 8 && tile % 8 === 0)) {
    throw new AdvectError('invalid-option', `a tile of ${tile} rows`, "Give 1, a multiple of 8, or 'auto'.");
  }
  const separated = rows ? tiled(graph, tile) : { reason: 'rows were not asked for' };
  return 'reason' in separated ? { ...planOf(graph, undefined), reason: separated.reason } : planOf(separated.graph, separated);
}

function tiled(graph: Graph, tile: number | 'auto'): RowsResult {
  if (tile !== 'auto') return rowsLast(graph, tile);
  const draft = rowsLast(graph, SMALLEST_TILE);
  return 'reason' in draft ? draft : rowsLast(graph, tileFor(draft));
}

function planOf(graph: Graph, rows: RowGraph | undefined): Plan {
  const phases: readonly PhaseName[] = rows?.phases ?? graph.nodes.map(() => 'once' as const);
  const values = valuesOf(graph, phases);
  const ports = { arguments: rows?.rowArguments ?? [], results: rows?.rowResults ?? [] };
  const draft = draftKernels(values, groupsOf(values), ports, graph.outputs);
  const { nodes } = graph;
  const lengthOf = (id: number): number => draft.extra.get(id)?.length ?? (nodes[id].op === 'fill' ? 1 : sizeOfShape(nodes[id].shape));
  const loaded = new Set(ports.arguments.map(({ id }) => id));
  const memory = memoryOf(graph, draft, phases, lengthOf, loaded);
  const bufferOf = (id: number): number => memory.numbers.get(id)!;
  const inputs = graph.inputs.filter(({ id }) => !loaded.has(id));
  const constants = [...memory.numbers.keys()].flatMap((id) => {
    const node = nodes[id];
    if (node?.op === 'constant') return [{ buffer: bufferOf(id), data: node.data }];
    return node?.op === 'fill' ? [{ buffer: bufferOf(id), data: Float32Array.of(node.value) }] : [];
  });
  const numbered = (kernels: readonly Kernel[]): Kernel[] => kernels.map((kernel) => renumbered(kernel, bufferOf));
  return {
    graph,
    ...(rows && { tile: rows.tile }),
    buffers: memory.buffers,
    sharedBytes: memory.sharedBytes,
    arenaBytes: memory.arenaBytes,
    constants,
    inputs: inputs.map(({ name, kind, id }) => ({ name, kind, buffer: bufferOf(id), shape: nodes[id].shape })),
    outputs: graph.outputs.flatMap(({ name }) => {
      const view = draft.results.get(name);
      return view ? [{ name, buffer: bufferOf(view.buffer), shape: view.shape }] : [];
    }),
    rowArguments: ports.arguments.map(({ slot }) => slot),
    rowResults: ports.results.map(({ slot }) => slot),
    accumulators: [...draft.accumulators].map(([id, arena]) => ({ arena: bufferOf(arena), shared: bufferOf(id) })),
    phases: { once: numbered(draft.phases.once), tile: numbered(draft.phases.tile), after: numbered(draft.phases.after) },
  };
}

interface Memory {
  /** The plan's number of each buffer of the draft. */
  readonly numbers: ReadonlyMap<number, number>;
  readonly buffers: readonly Buffer[];
  readonly sharedBytes: number;
  readonly arenaBytes: number;
}

/**
 * Shared memory: first what stays (arguments, constants, results, sums over rows, what phase 'once' leaves to the others),
 * then the scratch of phase 'once', over which that of phase 'after' lies. An arena: accumulators, then scratch.
 */
function memoryOf(
  graph: Graph,
  { phases, extra, accumulators, results }: Draft,
  phaseOf: readonly PhaseName[],
  lengthOf: (id: number) => number,
  loaded: ReadonlySet<number>,
): Memory {
  const lasting = new Set<number>([...results.values()].map(({ buffer }) => buffer));
  for (const { id } of graph.inputs) if (!loaded.has(id)) lasting.add(id);
  for (const id of accumulators.keys()) lasting.add(id);
  const sums = new Set(accumulators.values());
  const home = (id: number): PhaseName => extra.get(id)?.phase ?? (loaded.has(id) ? 'tile' : phaseOf[id]);
  const scratch = { once: new Map<number, number>(), tile: new Map<number, number>(), after: new Map<number, number>() };
  for (const phase of ['once', 'tile', 'after'] as const) {
    for (const kernel of phases[phase]) {
      for (const { buffer } of [...readViews(kernel), ...writtenViews(kernel)]) {
        const op = graph.nodes[buffer]?.op;
        if (sums.has(buffer) || lasting.has(buffer)) continue;
        if (op === 'constant' || op === 'fill' || home(buffer) !== phase) lasting.add(buffer);
        else scratch[phase].set(buffer, lengthOf(buffer));
      }
    }
  }
  for (const id of lasting) scratch.once.delete(id);
  const offsets = new Map<number, number>();
  const inOrder = (ids: Iterable<number>): number => {
    let end = 0;
    for (const id of ids) {
      offsets.set(id, end);
      end += aligned(4 * lengthOf(id));
    }
    return end;
  };
  const place = (phase: PhaseName, start: number): number => {
    const { offsets: found, end } = placed(phases[phase], scratch[phase], start);
    for (const [id, offset] of found) offsets.set(id, offset);
    return end;
  };
  const stays = inOrder([...lasting].toSorted((a, b) => a - b));
  const sharedBytes = Math.max(place('once', stays), place('after', stays));
  const kept = inOrder([...sums].toSorted((a, b) => a - b));
  const arenaBytes = place('tile', kept);
  const numbers = new Map<number, number>();
  const buffers = [...offsets].map(([id, offset], number): Buffer => {
    numbers.set(id, number);
    const region = sums.has(id) || scratch.tile.has(id) ? 'arena' : 'shared';
    return { id: number, region, offset, length: lengthOf(id) };
  });
  return { numbers, buffers, sharedBytes, arenaBytes };
}

/** A kernel with every view's buffer renamed. */
function renumbered(kernel: Kernel, numberOf: (buffer: number) => number): Kernel {
  const rename = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.every((each) => typeof each === 'number') ? value : value.map(rename);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([key, each]) => [key, key === 'buffer' ? numberOf(each as number) : rename(each)]);
    return Object.fromEntries(entries);
  };
  return rename(kernel) as Kernel;
}
