import test from 'ava';
import { key, split } from '@advect/core/random';
import type { Groove } from '#src/groove.js';
import { boundPerNote, denoisingBound } from '#src/model/denoising-bound.js';
import { choraleFlow } from '#src/model/flow.js';
import { grooveBits, strokesIn } from '#src/model/groove-bits.js';
import { encodeGroove } from '#src/model/groove-code.js';
import { grooveFlow } from '#src/model/groove-flow.js';
import { measureHeldOutBeats } from '#src/model/groove-held-out.js';
import { beatStandingOf, heldOutBeatsOf, heldOutOf, standingInWords, standingOf } from '#src/model/held-out.js';
import { pieceMelodyBits } from '#src/model/melody-bits.js';
import { melodyFlow } from '#src/model/melody-flow.js';
import { measureHeldOutMelodies } from '#src/model/melody-held-out.js';
import { measureHeldOut } from '#src/model/measure-held-out.js';
import { pieceBits } from '#src/model/piece-bits.js';
import { offsetScale, velocityScale } from '#src/model/stroke-scale.js';
import { sliceScore } from '#src/score.js';
import { chorales } from '../fixtures/chorales.js';
import { madeWindows } from '../fixtures/grooves.js';

const two = [chorales.train[0], chorales.test[0]].map((piece) => sliceScore(piece, 0, 36));
const pieces = [0, 1, 2, 3].flatMap(() => two);

test('held-out chorales are measured as any piece is, and a piece lies where its bits do', async (t) => {
  const flow = choraleFlow({ width: 4, layers: 1, told: false, seed: 0 });
  t.is(await measureHeldOut(flow, pieces.slice(1)), undefined, 'too few to say');
  const heard: number[] = [];
  const heldOut = (await measureHeldOut(flow, pieces, { onProgress: (done, total) => heard.push(done / total) }))!;
  t.is(heard.length, pieces.length);
  t.is(heldOut.pieces.count, 8);
  t.is(heldOut.passages.count, 16, 'two windows cover 36 steps');
  const bits: number[] = [];
  for (const piece of two) bits.push((await pieceBits(flow, piece, { seed: 0, draws: 0 })).denoising.bitsPerNote);
  const coarse = { draws: 2, levels: 4 };
  const { denoising } = await pieceBits(flow, two[0], { seed: 0, draws: 0, bound: coarse });
  const [one, other] = boundPerNote(await denoisingBound(flow, two[0], { seed: 0, ...coarse }));
  t.is(denoising.bitsPerNote, (one + other) / 2, 'by as many draws and levels as the held-out ones');
  const { percentiles } = heldOut.pieces;
  t.true(Math.abs(percentiles[0] - Math.min(...bits)) < 1e-3 && Math.abs(percentiles[100] - Math.max(...bits)) < 1e-3);
  t.is(standingOf(percentiles[50], 64, heldOut).among, 'whole chorales');
  t.is(standingOf(percentiles[50], 40, heldOut).among, 'passages of four bars');
  t.true(Math.abs(standingOf(percentiles[50], 64, heldOut).percentile - 50) < 1e-6);
  const manifest = { name: 'mine', application: { kind: 'chorales', heldOut: JSON.parse(JSON.stringify(heldOut)) as object } };
  t.deepEqual(heldOutOf(manifest as never), heldOut);
});

test('held-out melodies are measured as any melody is', async (t) => {
  const flow = melodyFlow({ width: 4, layers: 1, seed: 0 });
  t.is(await measureHeldOutMelodies(flow, pieces.slice(1)), undefined, 'too few to say');
  const heldOut = (await measureHeldOutMelodies(flow, pieces))!;
  t.is(heldOut.pieces.count, 8);
  t.is(heldOut.passages.count, 16);
  const measured = await pieceMelodyBits(flow, two[0], { seed: 0 });
  t.true([0, 100].some((p) => Math.abs(heldOut.pieces.percentiles[p] - measured.bitsPerNote) < 1e-3));
  const coarse = await pieceMelodyBits(flow, two[0], { seed: 0, bound: { draws: 2, levels: 16 } });
  t.true(Math.abs(coarse.bitsPerNote - measured.bitsPerNote) < 6 * measured.standardError && coarse.bitsPerNote !== measured.bitsPerNote);
  const [first] = measured.passages;
  t.true(heldOut.passages.percentiles.some((bits) => Math.abs(bits - first.bits / first.notes) < 1e-3));
  t.regex(
    standingInWords(standingOf(measured.bitsPerNote, 64, heldOut, 'whole melodies')),
    /^more usual than \d+ % of 8 whole melodies that/,
  );
});

/** Bits of each stroke under the standard normal distribution, which a flow that has learned nothing leaves as it is, by the same two draws. */
function bitsOfNoise(groove: Groove): number {
  const grain = -Math.log2(velocityScale.grain * offsetScale.grain);
  const noise = split(split(key(0), 'groove bits'), 0);
  const draws = [0, 1].map((d) => {
    const { x, logNoise } = encodeGroove(groove, split(noise, d));
    const logProb = x.reduce((sum, v) => sum - (v * v + Math.log(2 * Math.PI)) / 2, 0);
    return (logNoise - logProb) / Math.LN2;
  });
  return (draws[0] + draws[1]) / 2 / strokesIn(groove) + grain;
}

test('held-out performances are measured as any beat is, told their style and not', async (t) => {
  const flow = grooveFlow({ width: 4, layers: 1, seed: 0 });
  const windows = madeWindows(8);
  t.is(await measureHeldOutBeats(flow, windows.slice(1)), undefined, 'too few to say');
  const heldOut = (await measureHeldOutBeats(flow, windows))!;
  t.deepEqual([heldOut.told.count, heldOut.untold.count], [8, 8]);
  const bits = windows.map(({ groove }) => bitsOfNoise(groove));
  const { groove, tempo } = windows[3];
  const { bitsPerStroke } = await grooveBits(flow, groove, { tempo, seed: 0, draws: 2 });
  t.true(Math.abs(bitsPerStroke - bits[3]) < 1e-3);
  for (const [i, own] of bits.entries()) {
    const greater = bits.filter((other) => other > own).length;
    for (const told of [false, true]) {
      const { percentile } = beatStandingOf({ draws: [own - 1, own + 1, 9] }, told, heldOut);
      // Percentiles are whole, so that a rank between two of them is met within one.
      t.true(Math.abs(percentile - (100 * greater) / 7) < 1, `${i}, by two draws: ${percentile} for ${greater} of 7`);
    }
  }
  const four = await grooveBits(flow, groove, { tempo, seed: 0, draws: 4 });
  const [{ draws }] = four.windows;
  t.true(Math.abs(draws.reduce((a, b) => a + b, 0) / 4 - four.bitsPerStroke) < 1e-9);
  t.true(Math.abs((draws[0] + draws[1]) / 2 - bitsPerStroke) < 1e-3, 'the first two of four are the two');
  const manifest = { name: 'mine', application: { kind: 'grooves', heldOut: JSON.parse(JSON.stringify(heldOut)) as object } };
  t.deepEqual(heldOutBeatsOf(manifest as never), heldOut);
  t.throws(() => heldOutOf(manifest as never), { code: 'invalid-file' });
});

test('a model without held-out pieces has none, and a broken list is said', (t) => {
  t.is(heldOutOf({ name: 'old', application: { kind: 'chorales' } }), undefined);
  for (const heldOut of [3, {}, { draws: 8, levels: 16, passages: { count: 1, percentiles: [1] }, pieces: { count: 1, percentiles: [1] } }])
    t.throws(() => heldOutOf({ name: 'broken', application: { kind: 'chorales', heldOut } as never }), { code: 'invalid-file' });
});
