import test from 'ava';
import { stages } from '#src/files/evaluate-model.js';
import { evaluationCost } from '#src/files/evaluation-cost.js';
import { heldOutDigits } from '../model/held-out.js';

test('the cost of an evaluation is what its solves add up to, at the pace of a few that are timed', async (t) => {
  const { flow, set } = await heldOutDigits(1);
  // A second for each of the sixteen rows.
  let clock = 0;
  const now = (): number => (clock += 16_000);
  const plan = {
    only: new Set(stages),
    seed: 1,
    pictures: 50,
    tighter: 10,
    weighted: 4,
    draws: 3,
    probes: 8,
    mixture: 6,
    tolerance: 1e-2,
    samples: 100,
    solver: { method: 'heun', steps: 2 },
    guidance: 1,
    executor: 'wasm',
  } as const;
  t.deepEqual(await evaluationCost({ flow, set }, plan, now), { drawing: 100, likelihood: 50 + 14 + 12 + 6 * (1 + 10) });
  const only = new Set(['likelihood'] as const);
  t.deepEqual(await evaluationCost({ flow, set }, { ...plan, only, pictures: 2 }, now), { drawing: 0, likelihood: 2 + 2.8 + 6 + 2 * 11 });
});
