import type { Kernel } from '../../plan/plan.js';
import { cursorsOf, loopOver, startPointers } from './cursors.js';
import { expressionCode } from './expression.js';
import { loadLanes, splat, storeLanes, vectorLoop } from './lanes.js';
import type { Scope } from './layout.js';
import { nestOf, vectorAxisLast } from './nest.js';

/** Code of an elementwise kernel: a loop nest whose innermost axis goes four entries at a time. */
export function mapKernel(scope: Scope, { shape, expression, targets }: Extract<Kernel, { kind: 'map' }>): void {
  if (shape.includes(0)) return;
  const { f } = scope;
  const views = [...expression.operands, ...targets.map(({ view }) => view)];
  const axes = vectorAxisLast(shape, views, [...shape.keys()]);
  const { lengths, strides } = nestOf(shape, views, axes);
  const cursors = cursorsOf(scope, views, strides);
  const code = expressionCode(
    scope,
    expression,
    targets.map(({ value }) => value),
  );
  const inner = lengths.length - 1;
  const isConstant = (operand: number): boolean => (cursors.all[operand].strides[inner] ?? 0) === 0;

  startPointers(cursors);
  loopOver(scope, cursors, lengths, 0, Math.max(0, inner), () => {
    code.before({ isConstant, load: (operand) => splat(scope, cursors.all[operand]) });
    const moved = vectorLoop(
      scope,
      lengths[inner] ?? 1,
      2,
      (entries) => {
        for (const { local, steps } of cursors.pointers) f.advance(local, entries * steps[inner]);
      },
      (index, lanes) => {
        code.at({ isConstant, load: (operand) => loadLanes(scope, cursors.all[operand], inner, index, lanes) });
        for (const [i, { value }] of targets.entries()) {
          storeLanes(scope, cursors.all[expression.operands.length + i], inner, index, lanes, () => code.push(value));
        }
      },
    );
    return cursors.pointers.map(({ steps }) => moved * (steps[inner] ?? 0));
  });
}
