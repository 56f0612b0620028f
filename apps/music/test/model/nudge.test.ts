import test from 'ava';
import { choraleFlow } from '#src/model/flow.js';
import { openModel } from '#src/files/open.js';
import { nudge } from '#src/model/nudge.js';
import { sliceScore } from '#src/score.js';
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

test('a piece of less than four bars is refused', async (t) => {
  const flow = choraleFlow({ width: 4, layers: 1, told: true, seed: 0 });
  const short = sliceScore(piece, 0, 16);
  await t.throwsAsync(nudge(flow, { score: short, locked: new Uint8Array(64) }, { scales: [1], seed: 0 }), { message: /2 bars/ });
});
