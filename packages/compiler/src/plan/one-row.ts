import type { Epilogue, Kernel, View } from './plan.js';

type Convolution = Extract<Kernel, { kind: 'conv2d' | 'conv2dInput' | 'conv2dFilter' }>;

const epilogueBy = (move: (view: View) => View, epilogue: Epilogue | undefined): { readonly epilogue?: Epilogue } =>
  epilogue
    ? {
        epilogue: {
          expression: { ...epilogue.expression, operands: epilogue.expression.operands.map(move) },
          targets: epilogue.targets.map(({ value, view }) => ({ value, view: move(view) })),
        },
      }
    : {};

/** A convolution of a tile of one row: [H, W, C, 1] seen as [1, H, W, C], so that vectors run along channels. */
export function channelsLast({ epilogue, ...kernel }: Convolution): Convolution {
  const move = (view: View): View => ({ ...view, shape: lastFirst(view.shape), strides: lastFirst(view.strides) });
  return { ...kernel, rowsLast: false, a: move(kernel.a), c: move(kernel.c), ...epilogueBy(move, epilogue) };
}

const lastFirst = (list: readonly number[]): number[] => [list.at(-1)!, ...list.slice(0, -1)];

/** A matrix with its last two axes changed. */
export const transposed = (view: View): View => ({ ...view, shape: lastTwoSwapped(view.shape), strides: lastTwoSwapped(view.strides) });

const lastTwoSwapped = (list: readonly number[]): number[] => [...list.slice(0, -2), list.at(-1)!, list.at(-2)!];

/** A product and its epilogue. */
export interface Product {
  readonly a: View;
  readonly b: View;
  readonly c: View;
  readonly epilogue?: Epilogue;
}

/** A product with a single column as one with a single row, so that vectors run along its length: cᵀ = bᵀ·aᵀ. */
export const asRowVector = ({ a, b, c, epilogue }: Product): Product => ({
  a: transposed(b),
  b: transposed(a),
  c: transposed(c),
  ...epilogueBy(transposed, epilogue),
});

/** A view of a tile of one row without the axis of rows, the last one. */
export const withoutRows = (view: View): View => ({ ...view, shape: view.shape.slice(0, -1), strides: view.strides.slice(0, -1) });
