import test from 'ava';
import { notesOf, rest } from '#src/score.js';
import { typedMelody } from '#src/web/panels/harmonise/typed-melody.js';

test('letters become the soprano: quarters without a number, halves, eighths, sharps, octaves, silence', (t) => {
  const { score, voices } = typedMelody('G2 A/B/ c | ^F _B, z C,');
  t.deepEqual(voices, [0]);
  t.deepEqual(
    notesOf(score, 0).map(({ pitch, start, length }) => [pitch, start, length]),
    [
      [67, 0, 4],
      [69, 4, 1],
      [71, 5, 1],
      [72, 6, 2],
      [66, 8, 2],
      [58, 10, 2],
      [48, 14, 2],
    ],
  );
  t.true(score.pitches.every((pitch, i) => i % 4 === 0 || pitch === rest));
});

test('a whole tune in ABC keeps its key and tempo; what is no music is refused', (t) => {
  const { key, tempo, score } = typedMelody('X:1\nT:Hymn\nM:4/4\nL:1/4\nQ:1/4=66\nK:D\nF A d2|\n');
  t.deepEqual([key, tempo], [{ tonic: 2, mode: 'major' }, 66]);
  t.is(score.pitches[0], 66, 'F sharp');
  t.throws(() => typedMelody('| |'), { code: 'invalid-value', message: /no melody: .*no notes/ });
});
