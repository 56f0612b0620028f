import test from 'ava';
import { train } from '@advect/core';
import { key } from '@advect/core/random';
import { isChordTone, labelChord } from '#src/data/chord-label.js';
import { melodiesOf } from '#src/data/melodies.js';
import { windowsOf, windowSteps } from '#src/data/windows.js';
import { melodyReferenceOf, reportMelodies } from '#src/metrics/melody-report.js';
import { codeOf } from '#src/model/helix-code.js';
import { isMelodyFlow, makeMelodies, melodyConditionDim, tellMelody, toldPerMelodyStep } from '#src/model/melody-flow.js';
import { shuffled } from '#src/model/melody-measure.js';
import { drawnMelodies, melodyTraining } from '#src/model/melody-training.js';
import { rest } from '#src/score.js';
import { chorales } from '../fixtures/chorales.js';

const melodies = melodiesOf(windowsOf([...chorales.train, ...chorales.valid, ...chorales.test]));

test('chords are named by their triads, in any inversion and with a seventh; what is none is not named', (t) => {
  t.deepEqual(labelChord([72, 67, 64, 48]), { root: 0, quality: 'major' });
  t.deepEqual(labelChord([72, 67, 60, 52]), { root: 0, quality: 'major' }, 'first inversion');
  t.deepEqual(labelChord([77, 71, 62, 55]), { root: 7, quality: 'major' }, 'a seventh chord');
  t.deepEqual(labelChord([69, 64, 60, 57]), { root: 9, quality: 'minor' });
  t.deepEqual(labelChord([77, 74, 71, 62]), { root: 11, quality: 'diminished' });
  t.is(labelChord([60, 61, 62, 63]), undefined);
  t.is(labelChord([rest, rest, rest, 60]), undefined);
  t.true(isChordTone(79, { root: 0, quality: 'major' }));
  t.false(isChordTone(63, { root: 0, quality: 'major' }));
});

test('sopranos of chorales lie in their chords, and the controls fail where they should', (t) => {
  const reference = melodyReferenceOf(melodies);
  const real = reportMelodies(melodies, reference);
  t.true(Math.abs(real.intervalOverlap - 1) < 1e-9 && Math.abs(real.onsetOverlap - 1) < 1e-9);
  t.true(real.inChord! > 0.9, `${real.inChord}`);
  const mixed = reportMelodies(melodies.map(shuffled), reference);
  t.true(mixed.intervalOverlap < 0.8 && mixed.durationOverlap < 0.8 && mixed.inChord! < 0.7);
  const far = melodies.map(({ pitches }, i) => ({ pitches, chords: melodies[(i + 40) % melodies.length].chords }));
  const other = reportMelodies(far, reference);
  t.is(other.intervalOverlap, real.intervalOverlap);
  t.true(other.inChord! < 0.7, `${other.inChord}`);
  const repeated = { pitches: Int16Array.from({ length: 32 }, (_, i) => 60 + (i % 8)) };
  t.is(reportMelodies([repeated], reference).repetition, 1);
});

test('a melody flow is told chords and given notes step by step', (t) => {
  const given = new Int32Array(windowSteps).fill(-1);
  given[2] = codeOf(67);
  const row = new Float32Array(melodyConditionDim);
  const chords = Array.from({ length: windowSteps }, (_, step) => (step < 2 ? ({ root: 7, quality: 'minor' } as const) : undefined));
  tellMelody({ mode: 'minor', chords, given }, row);
  const step = (i: number): number[] => [...row.subarray(i * toldPerMelodyStep, (i + 1) * toldPerMelodyStep)];
  t.deepEqual(
    step(0).flatMap((v, i) => (v === 0 ? [] : [i])),
    [7, 13],
  );
  t.is(step(2).at(-1), 1);
  t.true(
    step(2)
      .slice(0, 15)
      .every((v) => v === 0),
  );
  t.deepEqual([...row.subarray(-5)], [0, 1, 0, 0, 0]);
  const drawn = drawnMelodies(melodies, 0.5).sample(60, key(1)) as { x: { data: Float32Array }; condition: { data: Float32Array } };
  let [told, marked] = [0, 0];
  for (let i = 0; i < 60; i++) {
    for (let s = 0; s < windowSteps; s++) {
      const at = i * melodyConditionDim + s * toldPerMelodyStep;
      if (drawn.condition.data.subarray(at, at + 12).includes(1)) told++;
      if (drawn.condition.data[at + toldPerMelodyStep - 1] !== 1) continue;
      marked++;
      const x = drawn.x.data.subarray((i * windowSteps + s) * 5, (i * windowSteps + s + 1) * 5);
      t.deepEqual([...drawn.condition.data.subarray(at + 15, at + 20)], [...x]);
    }
  }
  t.true(told > 0.4 * 60 * windowSteps && marked > 0.1 * 60 * windowSteps && marked < 0.5 * 60 * windowSteps, `${told} ${marked}`);
});

test.serial('a tiny melody flow trains, and keeps given notes', async (t) => {
  const settings = {
    subject: 'melodies',
    width: 8,
    layers: 1,
    masks: 0.5,
    steps: 4,
    batch: 4,
    learningRate: 1e-3,
    weightDecay: 0,
    seed: 1,
  } as const;
  const { flow, data, options, validation } = melodyTraining(chorales, settings);
  const { loss } = await train(flow, data, { ...options, validation: { data: validation.data, every: 4, count: 4 } });
  t.true(Number.isFinite(loss) && isMelodyFlow(flow));
  const given = Int32Array.from(melodies[0].pitches, (pitch, step) => (step < 8 ? codeOf(pitch) : -1));
  const how = { seed: 1, index: 0, temperature: 1, steps: 4, polish: 0.2 };
  const two = await makeMelodies(flow, [{ given }, {}], how);
  t.deepEqual(two[0].subarray(0, 8), melodies[0].pitches.subarray(0, 8));
  const [alone] = await makeMelodies(flow, [{}], { ...how, index: 1 });
  t.deepEqual(alone, two[1]);
});
