import test from 'ava';
import { farthest, knownAnswers } from '#src/compute/known-answer.js';
import { selfTest } from '#src/compute/self-test.js';
import { carryInFloat64 } from './float64.js';

test.serial('the stored answers are those of float64', async (t) => {
  for (const { name, flow, start, solver, answer } of knownAnswers) {
    const exact = await carryInFloat64(flow(), start, solver.steps);
    t.is(answer.length, exact.length, name);
    answer.forEach((value, i) => t.true(Math.abs(value - exact[i]) < 1e-8, `${name}, entry ${i}: ${value} and ${exact[i]}`));
  }
});

for (const executor of ['wasm', 'eager'] as const) {
  test.serial(`${executor} passes, a hundred times nearer than the bound`, async (t) => {
    const { passed, largest } = await selfTest({ executor });
    t.true(passed);
    t.true(largest > 0 && largest < farthest / 100, `off by ${largest}`);
  });
}

test.serial('an answer that is wrong, or none, fails', async (t) => {
  const [first] = knownAnswers;
  const wrong = { ...first, answer: first.answer.map((v, i) => (i === 3 ? v + 3e-5 : v)) };
  const { passed, largest } = await selfTest({ executor: 'wasm' }, [wrong]);
  t.false(passed);
  t.true(Math.abs(largest - 3e-5) < 1e-6);
  t.false((await selfTest({ executor: 'wasm' }, [{ ...first, answer: first.answer.map(() => NaN) }])).passed);
});
