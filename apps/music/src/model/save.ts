import type { Flow } from '@advect/core';
import type { Measured } from './measure.js';
import type { RunSettings } from './run-settings.js';
export async function saveModelFiles(_flow: Flow, _record: { out: string; settings: RunSettings; measured: Measured }): Promise<Map<string, Uint8Array>> {
  throw new Error('not yet');
}
