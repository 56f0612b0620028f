import { codeSurprise, type EndpointField, type Flow, sampleCodes } from '@advect/core';
import { key, normals } from '@advect/core/random';
import { wishRow } from './condition.js';
import { conditionsOf, slots } from './given.js';
import { codeSize } from './helix-code.js';

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
  const condition = conditionsOf(flow, 1, wishRow({ mode: 'major', place: 'closing' }));
  const settings = { seed: 7, steps: 24, churn: 0.3, temperature: 0.9, condition, signal };
  const { codes } = await sampleCodes(flow, 1, settings);
  const again = await sampleCodes(flow, 1, settings);
  const eager = await codeSurprise(flow, codes, { condition, samples: 2, executor: 'eager', signal });
  const chosen = await codeSurprise(flow, codes, { condition, samples: 2, signal });
  const { event, sigma, codebook } = flow.field as EndpointField;
  const noise = normals(key(7), slots * codeSize);
  const x = Float32Array.from(noise, (n, i) => codebook[codes.data[Math.floor(i / codeSize)]][i % codeSize] + sigma * n);
  const solver = { condition, rtol: 1e-5, atol: 1e-5, signal };
  const { z } = await flow.encode({ shape: [1, ...event], data: x }, solver);
  const back = (await flow.decode(z, solver)).x.data;
  const check = (what: string, value: number, limit: number): Check => ({ what, value, limit, passed: value <= limit });
  const wrong = Int32Array.from(codes.data, (code, slot) => (code + 7 * (slot % 5) + 1) % codebook.length);
  const lost = await codeSurprise(flow, { shape: [1, slots], data: wrong }, { condition, samples: 2, signal });
  const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, v) => sum + v, 0) / values.length;
  return [
    check('notes that differ when a tune is made twice', again.codes.data.filter((code, i) => code !== codes.data[i]).length, 0),
    check(
      'largest distance after encoding and decoding, in codes',
      back.reduce((most, v, i) => Math.max(most, Math.abs(v - x[i])), 0),
      0.1,
    ),
    check(
      'largest difference of surprise between engines, nats',
      chosen.data.reduce((most, v, i) => Math.max(most, Math.abs(v - eager.data[i])), 0),
      1e-3,
    ),
    check('surprise at its own tune over that at a wrong one', mean(chosen.data) / mean(lost.data), 0.5),
  ];
}
