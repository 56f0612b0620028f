import test from 'ava';
import fc from 'fast-check';
import { type Piece, readPiece, writePiece } from '#src/web/state/piece-text.js';
import { voiceCount } from '#src/score.js';

const pieces = fc
  .record({
    steps: fc.integer({ min: 1, max: 80 }),
    tonic: fc.integer({ min: 0, max: 11 }),
    minor: fc.boolean(),
    seed: fc.array(fc.record({ pitch: fc.integer({ min: -1, max: 127 }), locked: fc.boolean(), length: fc.integer({ min: 1, max: 50 }) }), {
      minLength: 1,
      maxLength: 12,
    }),
  })
  .map(({ steps, tonic, minor, seed }): Piece => {
    const runs = seed.flatMap(({ pitch, locked, length }) => Array.from({ length }, () => ({ pitch, locked })));
    const cells = Array.from(
      { length: steps * voiceCount },
      (_, i) => runs[((i % voiceCount) * 7 + Math.floor(i / voiceCount)) % runs.length],
    );
    return {
      score: { steps, pitches: Int16Array.from(cells, ({ pitch }) => pitch) },
      key: { tonic, mode: minor ? 'minor' : 'major' },
      locked: Uint8Array.from(cells, ({ locked }) => Number(locked)),
    };
  });

test('every piece comes back from its text, with its locks', (t) => {
  fc.assert(fc.property(pieces, (piece) => t.deepEqual(readPiece(writePiece(piece)), piece)));
});

test('a held note is three letters long, and a text that is none is refused', (t) => {
  const text = '7.202.1q2.1j2.*182';
  t.deepEqual(readPiece(text)?.score.pitches, Int16Array.from([72, 62, 55, 44, 72, 62, 55, 44]));
  t.deepEqual(readPiece(text)?.locked, Uint8Array.from([0, 0, 0, 1, 0, 0, 0, 1]));
  t.is(writePiece(readPiece(text)!), text);
  for (const wrong of ['', '12.202.202.202.202', '0.202.202.202', '0.202.202.202.203', '0.202.202.202.2', '0....', '0.3z1.201.201.201'])
    t.is(readPiece(wrong), undefined, wrong);
});
