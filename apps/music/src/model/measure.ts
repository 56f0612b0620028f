import type { Flow } from '@advect/core';
import type { Chorales } from '../data/chorales.js';
import { type StyleReport } from '../metrics/report.js';
export interface Measured { readonly style: StyleReport }
export async function measure(_flow: Flow, _chorales: Chorales, _settings: { count: number; signal: AbortSignal }): Promise<Measured> {
  throw new Error('not yet');
}
