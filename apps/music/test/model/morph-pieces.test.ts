import test from 'ava';
import { choraleFlow } from '#src/model/flow.js';
import { commonSteps, morphPieces } from '#src/model/morph-pieces.js';
import { sliceScore, transposeScore } from '#src/score.js';
import { chorale, chorales } from '../fixtures/chorales.js';

const flow = choraleFlow({ width: 4, layers: 1, told: true, seed: 0 });

test.serial('a morph of pieces in two keys begins and ends with their first bars, each in its key, and tells how far it is', async (t) => {
  const [from, to] = [transposeScore(sliceScore(chorale, 0, 44), 3), transposeScore(sliceScore(chorales.test[0], 0, 32), -2)];
  const heard: string[] = [];
  const { pieces, endsExact, roundTrip } = await morphPieces(flow, from, to, {
    count: 6,
    seed: 0,
    onProgress: (done, total) => heard.push(`${done}/${total}`),
  });
  t.true(endsExact && roundTrip < 0.05, `${roundTrip}`);
  t.deepEqual([pieces[0].score, pieces[5].score], [sliceScore(from, 0, 32), to]);
  t.deepEqual([pieces[2].key, pieces[3].key], [pieces[0].key, pieces[5].key], 'the key changes half way');
  t.deepEqual(heard, ['0/8', '2/8', '6/8', '8/8']);
  const keys = [
    { tonic: 1, mode: 'major' },
    { tonic: 6, mode: 'minor' },
  ] as const;
  const named = await morphPieces(flow, from, to, { count: 2, seed: 0, keys });
  t.deepEqual(
    named.pieces.map(({ key }) => key),
    [...keys],
    'as the pieces say, whatever their first bars end on',
  );
  const inG = await morphPieces(flow, from, to, { count: 6, seed: 0, key: { tonic: 7, mode: 'major' } });
  const semitones = inG.pieces[1].score.pitches[0] - pieces[1].score.pitches[0];
  t.deepEqual(inG.pieces[1].score, transposeScore(pieces[1].score, semitones), 'only the key differs');
});

test('pieces have whole windows of four bars in common, the last bar filled up', (t) => {
  t.is(commonSteps(sliceScore(chorale, 0, 31), sliceScore(chorale, 0, 44)), 32);
  t.throws(() => commonSteps(sliceScore(chorale, 0, 24), chorale), { code: 'invalid-value', message: /four bars or more/ });
});
