import type { Arrays } from '@advect/compiler';

/** How an argument's rows lie: `blocks` times all rows one after the other, as in [probes, rows, ...event]. */
export type Blocks = { readonly [name: string]: number };

/**
 * Arguments with rows, for some of the rows. Remembers what it took for the same list of rows, which a solve asks for at
 * every evaluation until more rows have finished.
 */
export function rowTaker(count: number, blocks: Blocks): (args: Arrays, rows: Int32Array | undefined) => Arrays {
  let last: { readonly args: Arrays; readonly rows: Int32Array; readonly taken: Arrays } | undefined;
  return (args, rows) => {
    if (!rows) return args;
    if (last?.args === args && last.rows === rows) return last.taken;
    const taken = Object.fromEntries(Object.entries(args).map(([name, array]) => [name, takeRows(array, count, blocks[name] ?? 1, rows)]));
    last = { args, rows, taken };
    return taken;
  };
}

function takeRows(array: Float32Array, count: number, blocks: number, rows: Int32Array): Float32Array {
  const length = array.length / (count * blocks);
  const out = new Float32Array(blocks * rows.length * length);
  for (let block = 0; block < blocks; block++) {
    rows.forEach((row, i) => {
      const at = (block * count + row) * length;
      out.set(array.subarray(at, at + length), (block * rows.length + i) * length);
    });
  }
  return out;
}
