import type { TileExports } from '#src/threads/control.js';

/** The pool's worker, but its third tile throws. */
const genuine = WebAssembly.Instance;
let tiles = 0;
WebAssembly.Instance = function (module: WebAssembly.Module, imports: WebAssembly.Imports) {
  const { clear, tile } = new genuine(module, imports).exports as unknown as TileExports;
  const throwing: TileExports['tile'] = (...args) => {
    if (++tiles === 3) throw new Error('as told');
    tile(...args);
  };
  return { exports: { clear, tile: throwing } };
} as unknown as typeof WebAssembly.Instance;
await import('#src/threads/worker.js');
