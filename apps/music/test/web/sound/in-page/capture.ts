/** Runs where sound is computed: posts each block as it passes, with the number of its first frame. */
class Capture extends AudioWorkletProcessor {
  override process([[left]]: readonly (readonly Float32Array[])[]): boolean {
    // Where nothing is connected that sounds there is no input: silence all the same.
    this.port.postMessage({ frame: currentFrame, left: left ? left.slice() : new Float32Array(128) }, []);
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
