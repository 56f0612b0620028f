import test from 'ava';
import { choraleFlow } from '#src/model/flow.js';
import { openModel } from '#src/files/open.js';
import { findKey } from '#src/data/musical-key.js';
import { moveAlong } from '#src/model/move-along.js';
import { nudge } from '#src/model/nudge.js';
import { pieceBits } from '#src/model/piece-bits.js';
import { type Score, sliceScore } from '#src/score.js';
import { chorale } from '../fixtures/chorales.js';

const piece = sliceScore(chorale, 0, 32);
const none = new Uint8Array(piece.pitches.length);

test('at scale 1 every note comes back; farther from it more notes change; what is locked stays', async (t) => {
  const { flow } = await openModel('chorales');
  const [same, ordinary, bold] = await nudge(flow, { score: piece, locked: none }, { scales: [1, 0.5, 1.5], seed: 3 });
  t.deepEqual(same.pitches, piece.pitches);
  const changed = (pitches: Int16Array): number => pitches.filter((pitch, i) => pitch !== piece.pitches[i]).length;
  t.true(changed(ordinary.pitches) > 0);
  t.true(changed(bold.pitches) > 0);
  const [held] = await nudge(flow, { score: piece, locked: none.map((_, i) => Number(i % 4 === 0)) }, { scales: [1.5], seed: 3 });
  held.pitches.forEach((pitch, i) => i % 4 === 0 && t.is(pitch, piece.pitches[i]));
});

test('bolder is more bits for a note and more ordinary fewer, also by a noise that did not choose', async (t) => {
  const { flow } = await openModel('chorales');
  const key = findKey(chorale, true);
  const bitsOf = async (score: Score): Promise<number> => (await pieceBits(flow, score, { seed: 9, draws: 0, key })).denoising.bitsPerNote;
  const before = await bitsOf(piece);
  for (const direction of [1, -1] as const) {
    const moved = (await moveAlong(flow, { score: piece, locked: none }, { direction, seed: 2, key }))!;
    t.true((moved.after - moved.before) * direction > 0, `${moved.before} to ${moved.after}`);
    const after = await bitsOf(moved.score);
    t.true((after - before) * direction > 0, `${before} to ${after}, direction ${direction}`);
    t.true(direction * (moved.scale - 1) > 0);
  }
  t.is(await moveAlong(flow, { score: piece, locked: none.map(() => 1) }, { direction: -1, seed: 2, key }), undefined);
});

test('bits of a piece whose windows overlap are those that pieceBits finds', async (t) => {
  const { flow } = await openModel('chorales');
  const key = findKey(chorale, true);
  const five = sliceScore(chorale, 0, 40);
  const { bitsPerNote, standardError } = (await pieceBits(flow, five, { seed: 9, draws: 0, key })).denoising;
  const moved = (await moveAlong(flow, { score: five, locked: new Uint8Array(five.pitches.length) }, { direction: 1, seed: 2, key }))!;
  // Of four draws instead of eight: the error of their difference is √3 of that of eight.
  t.true(Math.abs(moved.before - bitsPerNote) < 4 * Math.sqrt(3) * standardError, `${moved.before} and ${bitsPerNote} ± ${standardError}`);
});

test('a piece of less than four bars is refused', async (t) => {
  const flow = choraleFlow({ width: 4, layers: 1, told: true, seed: 0 });
  const short = sliceScore(piece, 0, 16);
  await t.throwsAsync(nudge(flow, { score: short, locked: new Uint8Array(64) }, { scales: [1], seed: 0 }), { message: /16 eighth notes/ });
});
