/** Memories that wait for another use. */
export interface SpareMemories {
  /** Keeps one, unless there are enough of them; what is not kept is left to the garbage collection. */
  keep(memory: WebAssembly.Memory): void;
  /** The smallest that has so many bytes; if none has, the largest, which then grows least. */
  take(bytes: number): WebAssembly.Memory | undefined;
}

const MOST = 8;
const MOST_BYTES = 256 * 2 ** 20;

/**
 * Shared memories that no program uses any more: at most {@link MOST} of at most {@link MOST_BYTES} together, each of the size
 * that it has grown to. They are kept since a worker that has seen one holds it until its own garbage is collected, for which
 * it hardly gives reason: left to that, a hundred programs of 8 MB were seen to take 800 MB after they were disposed of.
 */
export function spareMemories(most = MOST, mostBytes = MOST_BYTES): SpareMemories {
  const kept: WebAssembly.Memory[] = [];
  const sizeOf = ({ buffer }: WebAssembly.Memory): number => buffer.byteLength;
  return {
    keep(memory) {
      const bytes = kept.reduce((sum, each) => sum + sizeOf(each), sizeOf(memory));
      if (kept.length >= most || bytes > mostBytes) return;
      kept.push(memory);
      kept.sort((a, b) => sizeOf(a) - sizeOf(b));
    },
    take(bytes) {
      const fitting = kept.findIndex((memory) => sizeOf(memory) >= bytes);
      return kept.splice(fitting < 0 ? kept.length - 1 : fitting, 1)[0];
    },
  };
}
