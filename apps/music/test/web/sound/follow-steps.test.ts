import { signal } from '@preact/signals';
import test from 'ava';
import { timedNotes } from '#src/codec/midi-notes.js';
import { midiOfPiece } from '#src/codec/piece-midi.js';
import { pieceOfScore } from '#src/codec/score-piece.js';
import { scoreOf, stepsPerBeat } from '#src/score.js';
import { followSteps } from '#src/web/sound/follow-steps.js';
import type { PlayerState } from '#src/web/sound/player.js';
import { timelineOf } from '#src/web/sound/timeline.js';

test('each step is told once, for the second in which its note begins in the rendered file, ritardando included', async (t) => {
  const score = scoreOf(Array.from({ length: 8 }, (_, step) => [72 + step, 67, 64, 48]));
  const piece = pieceOfScore(score, { tempo: 400, key: { tonic: 0, mode: 'major' }, program: 0, title: '', settings: {} });
  const onsets = timedNotes(midiOfPiece(piece))
    .filter(({ part }) => part === 0)
    .map(({ start }) => start);
  const { secondsAt, stepAt } = timelineOf(piece.tempos, stepsPerBeat);
  let clock = 0;
  const told: { readonly step: number; readonly at: number }[] = [];
  const end = followSteps({
    player: {
      state: signal<PlayerState>('playing'),
      position: () => Math.min(score.steps, stepAt(clock)),
      secondsTo: (step) => secondsAt(step) - clock,
    },
    steps: () => score.steps,
    due: (step, seconds) => told.push({ step, at: clock + seconds }),
  });
  for (; clock < secondsAt(score.steps); clock += 0.05) await new Promise((resolve) => setTimeout(resolve, 35));
  end();
  t.deepEqual(
    told.map(({ step }) => step),
    [...onsets.keys()],
  );
  told.forEach(({ at }, step) => t.true(Math.abs(at - onsets[step]) < 1e-4, `step ${step}: ${at} s for ${onsets[step]} s`));
});
