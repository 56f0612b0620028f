import test from 'ava';
import { key } from '@advect/core/random';
import { windowsOf } from '#src/data/windows.js';
import { checkVoiceLeading } from '#src/metrics/voice-leading.js';
import { wishRow } from '#src/model/condition.js';
import { choraleFlow } from '#src/model/flow.js';
import { slots } from '#src/model/given.js';
import { codeOf, scoreOfCodes } from '#src/model/helix-code.js';
import { mend } from '#src/model/mend.js';
import { scoreOf } from '#src/score.js';
import { chorales } from '../fixtures/chorales.js';

const flow = choraleFlow({ width: 4, layers: 1, told: true, seed: 0 });
const free = (rows: number): Int32Array => new Int32Array(rows * slots).fill(-1);
const settings = { key: key(3), start: 0, rounds: 6, temperature: 1, wish: wishRow({}) };
const faults = (codes: Int32Array, row: number): number =>
  checkVoiceLeading(scoreOfCodes(codes.subarray(row * slots, (row + 1) * slots))).faults.length;

/** Two chords of parallel fifths and octaves, over and over: each of the four voices moves a tone up or down with the others. */
const faulty = Int32Array.from(
  scoreOf(Array.from({ length: 32 }, (_, step) => [72, 67, 60, 48].map((p) => p + 2 * (step % 2)))).pitches,
  codeOf,
);
/** A window of a real chorale without a fault. */
const clean = Int32Array.from(
  windowsOf(chorales.train).find(({ score }) => checkVoiceLeading(score).faults.length === 0)!.score.pitches,
  codeOf,
);

test.serial('faults become fewer, never more, what is to stay stays, and a window without a fault is left alone', async (t) => {
  const codes = Int32Array.from([...faulty, ...clean]);
  const known = free(2);
  for (let slot = 0; slot < slots; slot += 4) known[slot] = codes[slot];
  const before = faults(codes, 0);
  await mend(flow, codes, { ...settings, known });
  t.true(faults(codes, 0) < before / 2, `${faults(codes, 0)} of ${before}`);
  for (let slot = 0; slot < slots; slot += 4) t.is(codes[slot], faulty[slot]);
  t.deepEqual(codes.slice(slots), clean);
});

test.serial('a window is mended alike among others and alone, and not at all where all is to stay', async (t) => {
  const both = Int32Array.from([...clean, ...faulty]);
  await mend(flow, both, { ...settings, known: free(2) });
  const alone = faulty.slice();
  await mend(flow, alone, { ...settings, start: 1, known: free(1) });
  t.deepEqual(alone, both.slice(slots));
  const fixed = faulty.slice();
  await mend(flow, fixed, { ...settings, known: faulty });
  t.deepEqual(fixed, faulty);
});
