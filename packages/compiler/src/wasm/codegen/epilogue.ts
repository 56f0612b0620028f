import type { Epilogue as PlanEpilogue } from '../../plan/plan.js';
import type { Local } from '../assembler/index.js';
import type { Epilogue, MatmulPosition } from '../kernels/index.js';
import { type Cursor, cursorsOf } from './cursors.js';
import { expressionCode } from './expression.js';
import { loadLanes, splat, storeLanes } from './lanes.js';
import type { Scope } from './layout.js';

/** The code of an epilogue, for a generator of products to call: pointers stand at the register block's first entry. */
export function epilogueCode(scope: Scope, { expression, targets }: PlanEpilogue): Epilogue<MatmulPosition> {
  const { f } = scope;
  const views = [...expression.operands, ...targets.map(({ view }) => view)];
  const cursors = cursorsOf(
    scope,
    views,
    views.map(({ strides }) => strides),
  );
  const code = expressionCode(
    scope,
    expression,
    targets.map(({ value }) => value),
    true,
  );
  const column = views[0].shape.length - 1;
  const isConstant = (operand: number): boolean => cursors.all[operand].strides.slice(-2).every((stride) => stride === 0);
  const inRow = (cursor: Cursor, row: number): Cursor => ({ ...cursor, bytes: cursor.bytes + 4 * row * cursor.strides[column - 1] });

  const moveBy = (pointer: Local<'i32'>, index: Local<'i32'>, bytes: number): void => {
    if (bytes !== 0) pointer.set(f.i32.add(pointer.get(), f.i32.mul(index.get(), f.i32.const(bytes))));
  };

  return {
    begin(position) {
      const indices = [...position.batch, position.row, position.column];
      for (const { local, start, steps } of cursors.pointers) {
        local.set(start());
        for (const [axis, bytes] of steps.entries()) moveBy(local, indices[axis], bytes);
      }
      code.before({ isConstant, load: (operand) => splat(scope, cursors.all[operand]) });
    },
    entry(sums, row, first, lanes) {
      const load = (operand: number) => loadLanes(scope, inRow(cursors.all[operand], row), column, first, lanes);
      code.at({ isConstant, load }, sums);
      for (const [i, { value }] of targets.entries()) {
        storeLanes(scope, inRow(cursors.all[expression.operands.length + i], row), column, first, lanes, () => code.push(value));
      }
    },
  };
}
