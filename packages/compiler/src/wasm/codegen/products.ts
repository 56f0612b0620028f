import type { View } from '../../plan/plan.js';
import { conv2d, conv2dFilter, conv2dInput, matmul, type Place, rowMatmul } from '../kernels/index.js';
import { epilogueCode } from './epilogue.js';
import { baseOf, type Scope } from './layout.js';
import { mapKernel } from './map.js';
import { batchOf, type ConvKernel, convShape, type MatmulKernel, matmulShape, matrixOf, type RowMatmulKernel } from './product-shapes.js';

/** Code of a matrix product, with its epilogue. */
export function matmulKernel(scope: Scope, kernel: MatmulKernel): void {
  const { a, b, c, overRows, epilogue } = kernel;
  if (c.shape.includes(0)) return;
  const shape = matmulShape(kernel);
  matmul(scope.f, {
    ...shape,
    a: { ...shape.a, ...placeOf(scope, a) },
    b: { ...shape.b, ...placeOf(scope, b) },
    c: { ...placeOf(scope, c), row: 4 * c.strides.at(-2)! },
    ...(overRows && { live: scope.live, accumulate: true }),
    ...(epilogue && { epilogue: epilogueCode(scope, epilogue) }),
    scratch: scratchOf(scope),
  });
}

/** Code of a product for each row. */
export function rowMatmulKernel(scope: Scope, { a, b, c }: RowMatmulKernel): void {
  if (c.shape.includes(0)) return;
  const [m, k, rows] = a.shape.slice(-3);
  const matrix = (view: View) => ({ ...matrixOf(view, 1), ...placeOf(scope, view) });
  rowMatmul(scope.f, { m, n: b.shape.at(-2)!, k, rows, a: matrix(a), b: matrix(b), c: matrix(c), batch: batchOf(a, b, c, 3) });
}

/** Code of a convolution or one of its gradients, with its epilogue. */
export function convKernel(scope: Scope, kernel: ConvKernel): void {
  const { kind, a, b, c, epilogue, overRows, rowsLast, node } = kernel;
  if (c.shape.includes(0)) return;
  const shape = { ...convShape(kernel), scratch: scratchOf(scope) };
  const plain = { expression: { operands: [], steps: [] }, targets: [{ value: 0, view: c }] };
  if (kind !== 'conv2dFilter') {
    const [source, filter] = [placeOf(scope, a), placeOf(scope, b)];
    return (kind === 'conv2d' ? conv2d : conv2dInput)(scope.f, {
      ...shape,
      source,
      filter,
      epilogue: epilogueCode(scope, epilogue ?? plain),
    });
  }
  const zero = { operands: [], steps: [{ f: 'number', value: 0 } as const] };
  if (!overRows) mapKernel(scope, { kind: 'map', node, shape: c.shape, expression: zero, targets: [{ value: 0, view: c }] });
  const places = { x: placeOf(scope, a), dy: placeOf(scope, b), filter: placeOf(scope, c) };
  conv2dFilter(scope.f, { ...shape, ...places, ...(rowsLast && overRows && { live: scope.live }) });
  if (!epilogue) return;
  // The finished sums lie in c, which is also where the first of the results goes.
  const { expression, targets } = epilogue;
  mapKernel(scope, { kind: 'map', node, shape: c.shape, expression: { ...expression, operands: [c, ...expression.operands] }, targets });
}

const scratchOf = ({ arena, layout }: Scope): Place => ({ base: arena, offset: layout.scratch });

/** A view's first entry. */
export function placeOf(scope: Scope, view: View): Place {
  const { region, bytes } = baseOf(scope, view);
  if (region === 'arena') return { base: scope.arena, offset: bytes };
  const base = scope.f.local('i32');
  base.set(scope.f.i32.const(bytes));
  return { base, offset: 0 };
}
