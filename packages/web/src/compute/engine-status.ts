/** Who may compute in a page: generated WebAssembly, a graphics card by WebGL or WebGPU, plain JavaScript. */
export type EngineName = 'wasm' | 'webgl' | 'webgpu' | 'cpu';

/** Engines by the names that people know. */
export const engineTitles: Readonly<Record<EngineName, string>> = {
  wasm: 'WebAssembly',
  webgl: 'WebGL',
  webgpu: 'WebGPU',
  cpu: 'JavaScript',
};

/** How an executor fared with solves whose answers are known. */
export interface SelfTest {
  readonly passed: boolean;
  /** Largest distance of a number from the known one; NaN where one is not a number. */
  readonly largest: number;
  readonly milliseconds: number;
  /** Threads that took part. */
  readonly threads: number;
  /** Why these, and this many, in the words of the compiler. */
  readonly reason: string;
}

/** Who computes now, and why. */
export interface EngineStatus {
  readonly engine: EngineName;
  readonly offered: readonly EngineName[];
  readonly selfTest: SelfTest;
  /** What went wrong with those that were tried before, in sentences. */
  readonly troubles: readonly string[];
  /** Rises with every change. */
  readonly version: number;
}
