import * as tf from '@tensorflow/tfjs';
import { randomProgram } from './build/test/fuzz/programs.js';
import { trace } from './dist/trace/index.js';
import { optimise } from './dist/optimise/index.js';
import { interpret } from './dist/interpret/index.js';
import { makePlan } from './dist/plan/index.js';
import { createWasmProgram } from './dist/wasm/executor.js';
import { eagerProgram } from './dist/eager/index.js';
await tf.setBackend('cpu');
const [from, to, opt = ''] = process.argv.slice(2);
const threads = opt.includes('t3') ? 3 : opt.includes('t2') ? 2 : 1;
const relaxed = opt.includes('relaxed') ? true : 'auto';
const rowCounts = opt.includes('rows') ? [1, 7, 64, 65, 1000] : [3, 1, 17];
const stat = { ok: 0, notrows: 0, skipped: 0, bad: 0 };
const reasons = new Map();
const t0 = performance.now();
for (let seed = +from; seed < +to; seed++) {
  const p = randomProgram(seed);
  const traced = p.withRows ? 24 : 5;
  let raw, plan, prog, eager;
  try { tf.tidy(() => { const i = p.inputs(3); p.f({ x: tf.zeros(i.x.shape), weights: tf.tensor(p.weights.weights)}) }); } catch (e) { stat.skipped++; const m=e.message.slice(0,80); reasons.set('SKIP '+m,(reasons.get('SKIP '+m)??0)+1); continue; }
  try {
    raw = trace(p.f, p.inputs(traced));
    plan = makePlan(optimise(raw));
    prog = await createWasmProgram(plan, { threads, relaxed });
  } catch (e) { stat.bad++; console.log(seed, 'COMPILE', e.message, e.hint ?? '', (e.stack.split('\n')[1])); continue; }
  if (p.withRows && plan.tile === undefined) { stat.notrows++; reasons.set(plan.reason, (reasons.get(plan.reason) ?? 0) + 1); if (opt.includes('why')) console.log(seed, plan.reason); prog.dispose(); continue; }
  eager = eagerProgram(p.f, p.inputs(traced));
  prog.bind(p.weights); eager.bind(p.weights);
  for (const rows of p.withRows ? rowCounts : [traced]) {
    const args = p.args(rows);
    let c, e, r;
    try { c = prog.run(args); } catch (err) { stat.bad++; console.log(seed, rows, 'RUN', err.message); continue; }
    try { e = eager.run(args); } catch (err) { console.log(seed, rows, 'EAGER', err.message); continue; }
    r = p.withRows && rows > 100 ? undefined : interpret(trace(p.f, p.inputs(rows)), { ...args, ...p.weights });
    for (const name of Object.keys(e)) {
      const scale = Math.max(1e-30, e[name].reduce((m,v)=>Number.isFinite(v)?Math.max(m,Math.abs(v)):m,0));
      let worst = 0, eagerWorst = 0, vs = 0, at = -1;
      if (c[name].length !== e[name].length) { console.log(seed, rows, name, 'LENGTH', c[name].length, e[name].length); stat.bad++; continue; }
      for (let i = 0; i < c[name].length; i++) {
        const ref = r ? r[name][i] : e[name][i];
        const d = Object.is(c[name][i], e[name][i]) ? 0 : Math.abs(c[name][i] - ref); const de = Math.abs(e[name][i] - ref);
        if (!(d <= worst)) { worst = d; at = i; } if (!(de <= eagerWorst)) eagerWorst = de;
        const v=Math.abs(c[name][i]-e[name][i])/Math.max(Math.abs(e[name][i]),1e-3*scale); if (v>vs) vs=v;
      }
      if (!(worst <= 1e-5 * scale + 30 * eagerWorst)) { stat.bad++; console.log(seed, rows, name, 'rel', (worst / scale).toExponential(2), 'eager rel', (eagerWorst / scale).toExponential(2), 'scale', scale.toExponential(2), 'at', at, 'c', c[name][at], 'e', e[name][at], 'r', r?.[name][at]); }
      else if (r && eagerWorst > 1e-4*scale && opt.includes('tr')) console.log(seed, rows, name, 'eager vs f64 of trace', eagerWorst/scale);
    }
  }
  stat.ok++;
  prog.dispose(); eager.dispose();
}
console.log(stat, ((performance.now() - t0) / 1000).toFixed(1), 's', reasons);
