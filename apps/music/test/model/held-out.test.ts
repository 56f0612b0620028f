import test from 'ava';
import { choraleFlow } from '#src/model/flow.js';
import { heldOutOf, standingOf } from '#src/model/held-out.js';
import { measureHeldOut } from '#src/model/measure-held-out.js';
import { pieceBits } from '#src/model/piece-bits.js';
import { sliceScore } from '#src/score.js';
import { chorales } from '../fixtures/chorales.js';

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
  const { percentiles } = heldOut.pieces;
  t.true(Math.abs(percentiles[0] - Math.min(...bits)) < 1e-3 && Math.abs(percentiles[100] - Math.max(...bits)) < 1e-3);
  t.is(standingOf(percentiles[50], 64, heldOut).among, 'whole chorales');
  t.is(standingOf(percentiles[50], 40, heldOut).among, 'passages of four bars');
  t.true(Math.abs(standingOf(percentiles[50], 64, heldOut).percentile - 50) < 1e-6);
  const manifest = { name: 'mine', application: { kind: 'chorales', heldOut: JSON.parse(JSON.stringify(heldOut)) as object } };
  t.deepEqual(heldOutOf(manifest as never), heldOut);
});

test('a model without held-out pieces has none, and a broken list is said', (t) => {
  t.is(heldOutOf({ name: 'old', application: { kind: 'chorales' } }), undefined);
  for (const heldOut of [3, {}, { draws: 8, levels: 16, passages: { count: 1, percentiles: [1] }, pieces: { count: 1, percentiles: [1] } }])
    t.throws(() => heldOutOf({ name: 'broken', application: { kind: 'chorales', heldOut } as never }), { code: 'invalid-file' });
});
