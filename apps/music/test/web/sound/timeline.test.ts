import test from 'ava';
import { timedNotes } from '#src/codec/midi-notes.js';
import { midiOfPiece } from '#src/codec/piece-midi.js';
import { pieceOfScore } from '#src/codec/score-piece.js';
import { notesOf, stepsPerBeat } from '#src/score.js';
import { seamless } from '#src/web/sound/loop-region.js';
import { timelineOf } from '#src/web/sound/timeline.js';
import { chorale as score } from '../../fixtures/chorales.js';

test('steps lie where the notes of the rendered file begin, ritardando included, and come back', (t) => {
  const piece = pieceOfScore(score, { tempo: 80, key: { tonic: 0, mode: 'major' }, program: 0, title: '', settings: {} });
  const { secondsAt, stepAt } = timelineOf(piece.tempos, stepsPerBeat);
  const soprano = timedNotes(midiOfPiece(piece)).filter(({ part }) => part === 0);
  const notes = notesOf(score, 0);
  t.is(soprano.length, notes.length);
  notes.forEach(({ start, length }, i) => {
    t.true(Math.abs(secondsAt(start) - soprano[i].start) < 1e-4, `note ${i}`);
    t.true(Math.abs(secondsAt(start + length) - soprano[i].start - soprano[i].duration) < 1e-4);
    t.true(Math.abs(stepAt(secondsAt(start + 0.3)) - start - 0.3) < 1e-9);
  });
});

test('a stretch that is repeated has no jump at its seam', (t) => {
  const rate = 8000;
  const tone = Float32Array.from({ length: rate }, (_, i) => Math.sin((2 * Math.PI * 217.3 * i) / rate));
  const loop = seamless(tone, { from: 0.2, to: 0.5123 }, rate);
  const steepest = (2 * Math.PI * 217.3) / rate;
  t.true(Math.abs(loop[0] - loop.at(-1)!) < steepest, 'from the end to the beginning');
  for (let i = 1; i < loop.length; i++) t.true(Math.abs(loop[i] - loop[i - 1]) < 1.2 * steepest);
  t.deepEqual(loop.slice(400), tone.slice(2000, Math.round(0.5123 * rate)), 'behind the seam it is as it was');
});
