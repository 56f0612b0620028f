import { AdvectError } from '@advect/base/errors';
import { compile, type CompileOptions } from '#src/compile.js';
import type { ExecutorReport } from '#src/program.js';
import { net, netInputs, parameters, wave } from '../net.js';

/** What a page or a worker finds out with onnxruntime-web; plain data. */
export interface OnnxAnswer {
  readonly hasCard: boolean;
  /** The error where the package cannot be found. */
  readonly absent: { readonly code: string; readonly message: string; readonly hint?: string };
  readonly programs: readonly { readonly report: ExecutorReport; readonly results: { readonly [name: string]: readonly number[] } }[];
}

export const ROWS = 150;

/** Compiled and run twice, with another number of rows before. */
async function computed(options: CompileOptions): Promise<OnnxAnswer['programs'][number]> {
  const program = await compile(net, netInputs, { executor: 'onnx', ...options });
  program.bind(parameters);
  await program.run({ x: wave(3 * 7, 0.1) });
  const results = await program.run({ x: wave(3 * ROWS, 0.37) });
  const { report } = program;
  program.dispose();
  return { report, results: Object.fromEntries(Object.entries(results).map(([name, data]) => [name, [...data]])) };
}

/** The same work wherever it runs; the graphics card, played by the processor in tests, is slow and asked where that is wanted. */
export async function onnxAnswer({ card }: { readonly card: boolean }): Promise<OnnxAnswer> {
  const absent = await failure(compile(net, netInputs, { executor: 'onnx' }));
  const runtime = await import('onnxruntime-web/wasm');
  const programs = [await computed({ threads: 2, runtime }), await computed({ threads: 2, runtime, providers: ['webgpu', 'wasm'] })];
  if (!card) return { hasCard: false, absent, programs };
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<object | null> } };
  const adapter = await gpu?.requestAdapter();
  const withCard = await import('onnxruntime-web/webgpu');
  programs.push(await computed({ threads: 2, runtime: withCard, providers: ['webgpu', 'wasm'] }));
  return { hasCard: (adapter ?? null) !== null, absent, programs };
}

async function failure(work: Promise<unknown>): Promise<OnnxAnswer['absent']> {
  try {
    await work;
  } catch (error) {
    if (error instanceof AdvectError) return { code: error.code, message: error.message, hint: error.hint };
    throw error;
  }
  throw new Error('it did not fail');
}
