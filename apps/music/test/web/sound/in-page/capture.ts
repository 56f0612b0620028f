/** Runs where sound is computed: posts each block as it passes, with the number of its first frame. */
class Capture extends AudioWorkletProcessor {
  #next = 0;

  override process([[left]]: readonly (readonly Float32Array[])[]): boolean {
    // While the page connects nodes Chromium leaves `currentFrame` where it was, though blocks pass.
    const frame = Math.max(this.#next, currentFrame);
    this.#next = frame + 128;
    // Where nothing is connected that sounds there is no input: silence all the same.
    this.port.postMessage({ frame, left: left ? left.slice() : new Float32Array(128) }, []);
    return true;
  }
}

registerProcessor('capture', Capture);

declare const currentFrame: number;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
  process(inputs: readonly (readonly Float32Array[])[]): boolean;
}
declare function registerProcessor(name: string, processor: typeof AudioWorkletProcessor): void;
