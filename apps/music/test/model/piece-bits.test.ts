import test from 'ava';
import { windowsOf } from '#src/data/windows.js';
import { choraleFlow } from '#src/model/flow.js';
import { framewise } from '#src/model/framewise.js';
import { heldOutOf, standingOf } from '#src/model/held-out.js';
import { pieceBits } from '#src/model/piece-bits.js';
import { openModel } from '#src/files/open.js';
import { joinScores, notesOf, scoreOf, sliceScore, transposeScore } from '#src/score.js';
import { chorale, chorales } from '../fixtures/chorales.js';

test.serial('an untrained model knows next to nothing: each pitch costs log₂ 47 bits, in both orders of asking', async (t) => {
  const flow = choraleFlow({ width: 4, layers: 1, told: true, seed: 0 });
  const piece = sliceScore(chorale, 0, 32);
  const heard: number[] = [];
  const { denoising, notes, bars, cells } = await pieceBits(flow, piece, {
    seed: 1,
    draws: 0,
    onProgress: (done, total) => heard.push(done / total),
  });
  t.is(heard.length, 8 * 17, 'every evaluation of the bound is told');
  t.true(heard.every((share, i) => share > (heard[i - 1] ?? 0)) && heard.at(-1) === 1);
  const expected = (128 * Math.log2(47)) / notes;
  t.true(
    Math.abs(denoising.bitsPerNote - expected) < 4 * denoising.standardError + 0.01 * expected,
    `${denoising.bitsPerNote}, ${expected}`,
  );
  t.is(
    notes,
    [0, 1, 2, 3].reduce((sum, voice) => sum + notesOf(piece, voice).length, 0),
  );
  const total = bars.reduce((sum, { bits }) => sum + bits, 0);
  t.true(Math.abs(total - denoising.bitsPerNote * notes) < 1e-3 * total, 'bars add up');
  t.true(Math.abs(cells.reduce((a, b) => a + b) - total) < 1e-3 * total, 'cells add up');
  const [nats] = await framewise(flow, [windowsOf([chorale])[0].score], { seed: 0, samples: 1 });
  t.true(Math.abs(nats - 4 * Math.log(47)) < 1e-3, `${nats}`);
});

test.serial('the shipped model finds Bach likelier than shuffled Bach, does not mind the key, and finds the odd bar', async (t) => {
  const { flow, manifest } = await openModel('chorales');
  const settings = { seed: 1, draws: 0 };
  const piece = sliceScore(chorales.test[0], 0, 48);
  const real = await pieceBits(flow, piece, settings);
  const higher = await pieceBits(flow, transposeScore(piece, 3), { ...settings, key: { ...real.key, tonic: (real.key.tonic + 3) % 12 } });
  t.is(higher.denoising.bitsPerNote, real.denoising.bitsPerNote);
  const broken = joinScores([
    sliceScore(piece, 0, 16),
    scoreOf(Array.from({ length: 8 }, (_, step) => [74 - step, 61 + ((5 * step) % 7), 54 + ((3 * step) % 8), 41 + ((7 * step) % 11)])),
    sliceScore(piece, 24, 48),
  ]);
  const odd = await pieceBits(flow, broken, { ...settings, key: real.key });
  t.deepEqual(
    odd.bars.filter((bar) => bar.odd).map(({ bar }) => bar),
    [3],
  );
  t.true(odd.denoising.bitsPerNote > real.denoising.bitsPerNote);
  const [usual, unusual] = [real, odd].map(({ denoising }) => standingOf(denoising.bitsPerNote, 48, heldOutOf(manifest)!).percentile);
  t.true(usual > 10 && usual < 95, `a test chorale is more usual than ${usual} %`);
  t.true(unusual < usual - 5, `${unusual} % once a bar is scrambled`);
  await t.throwsAsync(pieceBits(flow, sliceScore(piece, 0, 16), settings), { message: /16 eighth notes/ });
});
