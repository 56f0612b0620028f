const names =
  'ArrayBuffer Uint8Array Int8Array Uint16Array Int16Array Uint32Array Int32Array Float32Array Float64Array BigInt64Array BigUint64Array Uint8ClampedArray'.split(
    ' ',
  );

type Constructor = new (...given: never[]) => ArrayBuffer | ArrayBufferView;

/**
 * Runs `work` with the constructors of array buffers and typed arrays counting the bytes that they allocate; what was
 * allocated so far is told by the function that `work` is given, and forgotten by it. Copies that arrays make of
 * themselves (slice, map) are not counted.
 */
export async function countingAllocations<T>(work: (take: () => number) => Promise<T>): Promise<T> {
  const scope = globalThis as unknown as Record<string, Constructor>;
  const before = names.map((name) => [name, scope[name]] as const);
  let bytes = 0;
  for (const [name, original] of before) {
    scope[name] = new Proxy(original, {
      construct(target, given, newTarget) {
        const made = Reflect.construct(target, given, newTarget) as ArrayBuffer | ArrayBufferView;
        const isView = given.length > 0 && given[0] instanceof ArrayBuffer;
        if (!isView) bytes += made.byteLength;
        return made;
      },
    });
  }
  try {
    return await work(() => {
      const taken = bytes;
      bytes = 0;
      return taken;
    });
  } finally {
    for (const [name, original] of before) scope[name] = original;
  }
}
