/** Bytes of which only so many pieces, and so many bytes in all, may be cut: what is beyond throws. */
export class MeteredBuffer extends ArrayBuffer {
  static override get [Symbol.species](): ArrayBufferConstructor {
    return ArrayBuffer;
  }

  #pieces = 0;
  #bytes = 0;

  constructor(content: Uint8Array) {
    super(content.length);
    new Uint8Array(this).set(content);
  }

  /** Allows `pieces` cuts from now on, of `bytes` in all. */
  allow(pieces: number, bytes: number): void {
    this.#pieces = pieces;
    this.#bytes = bytes;
  }

  override slice(from?: number, to?: number): ArrayBuffer {
    const piece = super.slice(from ?? 0, to);
    this.#bytes -= piece.byteLength;
    if (--this.#pieces < 0 || this.#bytes < 0) throw new Error('its parts refer to each other more often than there are bytes for');
    return piece;
  }
}
