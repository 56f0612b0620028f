import test, { type ExecutionContext } from 'ava';
import { mismatch } from '@advect/testkit';
import { byHand, wave } from '../net.js';
import { type OnnxAnswer, ROWS } from './onnx-answer.js';
import { ISOLATION } from './serve.js';
import { closeBrowser, startBrowser, visit } from './visit.js';

test.after.always(closeBrowser);

/** A processor that plays a graphics card. */
const CARD = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan'];
async function answersOf(headers: { readonly [name: string]: string }, missing?: string) {
  const { answers, problems } = await visit('onnx-page.js', headers, missing);
  return { answers: answers as (OnnxAnswer & { error?: string })[], problems };
}

/** Compares programs with float64, and who computed them with what is expected. */
function checkPrograms(t: ExecutionContext, programs: OnnxAnswer['programs'], expected: readonly string[]): void {
  t.deepEqual(
    programs.map(({ report }) => `${report.executor} ${report.target} ${report.threads}`),
    expected,
  );
  const values = byHand(wave(3 * ROWS, 0.37));
  for (const { results, report } of programs) {
    for (const name of ['y', 'ofX', 'ofW'] as const) {
      const atol = 1e-5 * Math.max(1, ...values[name].map(Math.abs));
      t.is(mismatch(results[name], values[name], { atol, rtol: 1e-5 }), undefined, `${name} by ${report.target}`);
    }
  }
  t.regex(programs[1].report.reason, /webgpu cannot be had \(.+\)/);
}

test.serial('onnxruntime-web in an isolated page and its worker, under a strict policy: two threads, and the graphics card', async (t) => {
  if (!(await startBrowser(t, CARD))) return;
  const { answers, problems } = await answersOf(ISOLATION);
  const [inPage, inWorker] = answers;
  for (const { error } of answers) t.is(error, undefined);
  checkPrograms(t, inPage.programs, ['onnx wasm 2', 'onnx wasm 2']);
  checkPrograms(t, inWorker.programs, ['onnx wasm 2', 'onnx wasm 2', `onnx ${inWorker.hasCard ? 'webgpu' : 'wasm'} 2`]);
  if (!inWorker.hasCard) t.regex(inWorker.programs[2].report.reason, /webgpu cannot be had \(.+adapter/);
  t.deepEqual(
    problems.filter((problem) => inWorker.hasCard || problem !== 'No available adapters.'),
    [],
  );
  for (const { absent } of answers) {
    t.is(absent.code, 'unsupported');
    t.regex(absent.message, /onnxruntime-web/);
    t.regex(absent.hint!, /give its module to useOnnxRuntime/);
  }
});

test.serial('onnxruntime-web in a page that is not isolated, and its worker: one thread', async (t) => {
  if (!(await startBrowser(t, CARD))) return;
  const { answers, problems } = await answersOf({});
  t.deepEqual(problems, []);
  for (const { error, programs } of answers) {
    t.is(error, undefined);
    checkPrograms(t, programs, ['onnx wasm 1', 'onnx wasm 1']);
  }
});

test.serial('where the WebAssembly of onnxruntime-web is not served, the error says so', async (t) => {
  if (!(await startBrowser(t, CARD))) return;
  const { answers } = await answersOf({}, '/onnxruntime/ort-wasm-simd-threaded.wasm');
  for (const { error } of answers) t.regex(error!, /wasm cannot be had \(.+wasm/);
});
