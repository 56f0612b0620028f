/** Bytes that grow. */
export interface Writer {
  byte(value: number): void;
  /** Unsigned LEB128, for numbers below 2³². */
  unsigned(value: number): void;
  /** Signed LEB128, for 32-bit integers. */
  signed(value: number): void;
  /** Signed LEB128, for 64-bit integers. */
  signed64(value: bigint): void;
  /** Little-endian IEEE. */
  float32(value: number): void;
  float64(value: number): void;
  /** A length and the UTF-8 bytes. */
  text(value: string): void;
  append(bytes: Uint8Array): void;
  /** Takes away what was written after the first `length` bytes. */
  cut(length: number): Uint8Array<ArrayBuffer>;
  /** What was written so far; a view that later writing may leave behind. */
  bytes(): Uint8Array<ArrayBuffer>;
  readonly length: number;
}

export function writer(capacity = 256): Writer {
  let store = new Uint8Array(capacity);
  let length = 0;
  const scratch = new DataView(new ArrayBuffer(8));
  const reserve = (more: number): void => {
    if (length + more <= store.length) return;
    const larger = new Uint8Array(Math.max(2 * store.length, length + more));
    larger.set(store.subarray(0, length));
    store = larger;
  };
  const byte = (value: number): void => {
    if (length === store.length) reserve(1);
    store[length++] = value;
  };
  const unsigned = (value: number): void => {
    let rest = value;
    while (rest > 127) {
      byte((rest & 127) | 128);
      rest >>>= 7;
    }
    byte(rest);
  };
  const append = (bytes: Uint8Array): void => {
    reserve(bytes.length);
    store.set(bytes, length);
    length += bytes.length;
  };
  const scratchBytes = (count: number): void => append(new Uint8Array(scratch.buffer, 0, count));
  return {
    byte,
    unsigned,
    signed(value) {
      let rest = value;
      while (rest < -64 || rest > 63) {
        byte((rest & 127) | 128);
        rest >>= 7;
      }
      byte(rest & 127);
    },
    signed64(value) {
      let rest = value;
      while (rest < -64n || rest > 63n) {
        byte(Number(rest & 127n) | 128);
        rest >>= 7n;
      }
      byte(Number(rest & 127n));
    },
    float32(value) {
      scratch.setFloat32(0, value, true);
      scratchBytes(4);
    },
    float64(value) {
      scratch.setFloat64(0, value, true);
      scratchBytes(8);
    },
    text(value) {
      const encoded = new TextEncoder().encode(value);
      unsigned(encoded.length);
      append(encoded);
    },
    append,
    cut(kept) {
      const taken = store.slice(kept, length);
      length = kept;
      return taken;
    },
    bytes: () => store.subarray(0, length),
    get length() {
      return length;
    },
  };
}
