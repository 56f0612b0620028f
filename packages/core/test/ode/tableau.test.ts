import test from 'ava';
import { orderResiduals, rootedTrees } from '@advect/testkit';
import type { AdvectError } from '@advect/base/errors';
import { type ExplicitMethod } from '#src/ode/index.js';
import { explicitMethodNames, explicitMethods, methodNames, methods } from '#src/ode/methods/index.js';
import { interpolantOf } from '#src/ode/interpolate.js';
import { stagesOf } from '#src/ode/method.js';
import { assertMethod, fsalDefect, rowSumDefect } from '#src/ode/tableau.js';

const EXACT = 1e-13;
const worst = (a: ExplicitMethod['a'], b: readonly number[], order: number, theta = 1) =>
  Math.max(...orderResiduals({ a, b }, order, theta).map(({ residual }) => Math.abs(residual)));

const all = explicitMethodNames.map((name): ExplicitMethod => explicitMethods[name]);

test('every method goes by the name that it is asked for', (t) => {
  t.deepEqual(
    methodNames.map((name) => methods[name].name),
    [...methodNames],
  );
});

for (const method of all) {
  const { name, a, b, order, error, embeddedOrder } = method;

  test(`${name}: every rooted-tree condition of order ${order} holds, and some of order ${order + 1} do not`, (t) => {
    t.true(worst(a, b, order) < EXACT, String(worst(a, b, order)));
    const beyond = orderResiduals({ a, b }, order + 1).filter((condition) => condition.order === order + 1);
    t.is(beyond.length, rootedTrees(order + 1).length);
    t.true(Math.max(...beyond.map(({ residual }) => Math.abs(residual))) > 1e-6);
  });

  test(`${name}: rows sum to c, and the last stage is the step if it says so`, (t) => {
    t.true(rowSumDefect(method) < EXACT);
    t.true(fsalDefect(method) < EXACT);
    t.notThrows(() => assertMethod(method));
  });

  if (error !== undefined && embeddedOrder !== undefined) {
    test(`${name}: the embedded pair is of order ${embeddedOrder} and no more`, (t) => {
      const embedded = b.map((weight, i) => weight - error[i]);
      t.true(worst(a, embedded, embeddedOrder) < EXACT, String(worst(a, embedded, embeddedOrder)));
      t.true(worst(a, embedded, embeddedOrder + 1) > 1e-5);
    });
  }

  test(`${name}: dense output meets its order at every θ, the end values and the end slopes`, (t) => {
    const weights = interpolantOf(method);
    const at = (theta: number) => weights.map((row) => row.reduce((sum, p, j) => sum + p * theta ** (j + 1), 0));
    const slopeAt = (theta: number) => weights.map((row) => row.reduce((sum, p, j) => sum + (j + 1) * p * theta ** j, 0));
    const stages = stagesOf(method);
    const rows = [...a.slice(0, stages), b.slice(0, stages)];
    const native = method.interpolant !== undefined;
    const reached = native ? { dopri5: 4, tsit5: 4, dopri8: 5 }[name]! : Math.min(order, 3);
    for (const theta of [0.1, 0.25, 0.5, 0.7, 0.9]) {
      t.true(worst(rows, at(theta), reached, theta) < EXACT, `θ = ${theta}: ${worst(rows, at(theta), reached, theta)}`);
    }
    const unit = (index: number) => weights.map((_, i) => Number(i === index));
    const close = (actual: number[], expected: number[]) => actual.every((value, i) => Math.abs(value - expected[i]) < 1e-12);
    t.true(at(0).every((value) => value === 0));
    t.true(close(at(1), [...b.slice(0, stages), 0]));
    t.true(close(slopeAt(0), unit(0)));
    t.true(close(slopeAt(1), unit(stages)));
  });
}

test('an inconsistent tableau is refused with what is wrong', (t) => {
  const { rk4 } = explicitMethods;
  const refused: [Partial<ExplicitMethod>, RegExp][] = [
    [{ b: [1 / 6, 1 / 3, 1 / 3, 1 / 3] }, /b must sum to 1/],
    [{ c: [0, 1 / 2, 1 / 3, 1] }, /sum to its c/],
    [{ a: [[], [1 / 2], [0, 1 / 2]] }, /one entry for each stage/],
    [{ a: [[], [1 / 2], [0, 1 / 2], [0, 0, 1, 0]] }, /i entries/],
    [{ fsal: true }, /must equal b/],
    [{ error: [1, -1, 0, 0] }, /belong together/],
    [{ error: [1, 0, 0, 0], embeddedOrder: 1 }, /sum to 0/],
    [{ interpolant: [[1]] }, /5 entries/],
  ];
  for (const [change, hint] of refused) {
    const thrown = t.throws<AdvectError>(() => assertMethod({ ...rk4, ...change }));
    t.is(thrown.code, 'invalid-option');
    t.regex(thrown.hint, hint);
  }
});
