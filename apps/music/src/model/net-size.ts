import type { Flow } from '@advect/core';

/** Width and blocks of the transformer in a flow of this app; 0 where it has none. */
export function netSize({ field: { config } }: Flow): { readonly width: number; readonly layers: number } {
  const { network } = config as { readonly network?: object };
  const { model = 0, layers = 0 } = (network ?? config) as { readonly model?: number; readonly layers?: number };
  return { width: model, layers };
}
