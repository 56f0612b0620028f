import { codeSurprise, type EndpointField, type Flow, sampleCodes } from '@advect/core';
import { wishRow } from './condition.js';
import { conditionsOf, slots } from './given.js';
import { scoreOfCodes } from './helix-code.js';
import { decodeWindows, encodeWindows } from './latent.js';
import { farthest } from './morph.js';

/** One check: a value that must not exceed its limit. */
export interface Check {
  readonly what: string;
  readonly value: number;
  readonly limit: number;
  readonly passed: boolean;
}

/**
 * Checks a chorale flow on the machine it runs on: a tune made twice is the same; it comes back through encoding and decoding, note by
 * note; the engine that is chosen agrees with plain TensorFlow.js; and the model knows its own tune better than noise. Seconds.
 */
export async function checkFlow(flow: Flow, { signal }: { readonly signal?: AbortSignal } = {}): Promise<Check[]> {
  const wish = wishRow({ mode: 'major', place: 'closing' });
  const condition = conditionsOf(flow, 1, wish);
  const settings = { seed: 7, steps: 24, churn: 0.3, temperature: 0.9, condition, signal };
  const { codes } = await sampleCodes(flow, 1, settings);
  const again = await sampleCodes(flow, 1, settings);
  const eager = await codeSurprise(flow, codes, { condition, samples: 2, executor: 'eager', signal });
  const chosen = await codeSurprise(flow, codes, { condition, samples: 2, signal });
  const { x, z } = await encodeWindows(flow, [scoreOfCodes(codes.data)], { wish, seed: 7, signal });
  const back = await decodeWindows(flow, z, { wish, signal });
  const check = (what: string, value: number, limit: number): Check => ({ what, value, limit, passed: value <= limit });
  const wrong = Int32Array.from(codes.data, (code, slot) => (code + 7 * (slot % 5) + 1) % (flow.field as EndpointField).codebook.length);
  const lost = await codeSurprise(flow, { shape: [1, slots], data: wrong }, { condition, samples: 2, signal });
  const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, v) => sum + v, 0) / values.length;
  return [
    check('notes that differ when a tune is made twice', again.codes.data.filter((code, i) => code !== codes.data[i]).length, 0),
    check('largest distance of a code after encoding and decoding', farthest(back.data, x.data), 0.1),
    check(
      'largest difference of surprise between engines, nats',
      chosen.data.reduce((most, v, i) => Math.max(most, Math.abs(v - eager.data[i])), 0),
      1e-3,
    ),
    check('surprise at its own tune over that at a wrong one', mean(chosen.data) / mean(lost.data), 0.5),
  ];
}
