import type { Plan } from '../plan/plan.js';
import type { Arrays, Program } from '../program.js';
import { rowSize } from './executor-memory.js';
import type { WasmProgram } from './executor.js';

/**
 * What a row costs in a tile of its own, beside a row in a full tile: measured 1.1–1.5 for convolutions, whose vectors run along
 * channels then; 2.2–3.7 for matrix products, since each row reads the weights anew.
 */
const PRICE = { convolutions: 1.5, products: 3 };
/** Operations that generated code does in the time that one kernel takes to be planned, written and compiled: about a millisecond. */
const FLOPS_TO_MAKE_A_KERNEL = 1e7;

export interface FewRows {
  readonly plan: Plan;
  /** Floating-point operations of one row, and the share of them in convolutions. */
  readonly work: { readonly flopsPerRow: number; readonly convolutions: number };
  readonly threads: number;
  /** The same program in tiles of one row. */
  readonly make: () => Promise<WasmProgram>;
}

/**
 * A program that takes runs of few rows to another one, in tiles of one row: a tile costs the same however many of its rows are
 * live. Rows are the same to the bit in both. The other one is made once, when what such runs have wasted would have paid for it: the
 * first program has computed that run, whose answer is promised for when the other one is there. Where it cannot be made all goes on
 * with the first. Programs that sum over rows stay as they are, since the order of a sum would change.
 */
export function withFewRows(main: WasmProgram, { plan, work, threads, make }: FewRows): Program {
  const { tile, accumulators, rowArguments, phases } = plan;
  const [slot] = rowArguments;
  if (tile === undefined || accumulators.length > 0 || slot === undefined) return main;
  const price = PRICE.products + (PRICE.convolutions - PRICE.products) * work.convolutions;
  const cost = FLOPS_TO_MAKE_A_KERNEL * phases.tile.length;
  let few: WasmProgram | undefined;
  let wasted = 0;
  let isAsked = false;
  let isDisposed = false;

  /** Rows in full tiles whose time a tile for each row would save. */
  const saving = (args: Arrays): number => {
    const rows = (args[slot.name]?.length ?? 0) / rowSize(slot);
    const rounds = Math.ceil(Math.ceil(rows / tile) / threads);
    return rows > 0 ? rounds * tile - price * Math.ceil(rows / threads) : 0;
  };

  const makeFew = async (): Promise<void> => {
    isAsked = true;
    let made: WasmProgram | undefined;
    try {
      made = await make();
      if (isDisposed) return made.dispose();
      made.bind(main.parameters());
      few = made;
    } catch {
      made?.dispose();
    }
  };

  return {
    get report() {
      const { reason, ...report } = main.report;
      return { ...report, reason: few ? `${reason}, and of one row where there are few` : reason };
    },
    bind(parameters) {
      main.bind(parameters);
      few?.bind(parameters);
    },
    run(args, into) {
      const saved = saving(args);
      if (few && saved > 0) return few.run(args, into);
      const results = main.run(args, into);
      if (isAsked || saved <= 0) return results;
      wasted += saved * work.flopsPerRow;
      return wasted < cost ? results : makeFew().then(() => results);
    },
    profile: (args, clock) => (few && saving(args) > 0 ? few : main).profile(args, clock),
    dispose() {
      isDisposed = true;
      main.dispose();
      few?.dispose();
    },
  };
}
