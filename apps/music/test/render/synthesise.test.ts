import { createHash } from 'node:crypto';
import test from 'ava';
import { writeWav } from '#src/codec/wav.js';
import { timedNotes } from '#src/codec/midi-notes.js';
import { scoreToMidi } from '#src/codec/score-midi.js';
import { instrumentNames, instruments } from '#src/render/instrument.js';
import { frequencyOf, sineOfTurns } from '#src/render/sine.js';
import { peakLevel, sampleRate, synthesise } from '#src/render/synthesise.js';
import { sliceScore } from '#src/score.js';
import { chorale } from '../fixtures/chorales.js';

test('the polynomial sine is right to 4e-8 and the scale is equally tempered', (t) => {
  for (let i = 0; i < 4000; i++) t.true(Math.abs(sineOfTurns(i / 997) - Math.sin((2 * Math.PI * i) / 997)) < 4e-8);
  for (let pitch = 20; pitch < 110; pitch++) t.true(Math.abs(frequencyOf(pitch) / (440 * 2 ** ((pitch - 69) / 12)) - 1) < 1e-12);
});

/** Strength of one frequency over a second of sound, by a Hann-windowed Fourier sum. */
function strength(x: Float32Array, from: number, frequency: number): number {
  let re = 0;
  let im = 0;
  for (let i = 0; i < sampleRate; i++) {
    const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / sampleRate);
    const angle = (2 * Math.PI * frequency * i) / sampleRate;
    re += window * x[from + i] * Math.cos(angle);
    im += window * x[from + i] * Math.sin(angle);
  }
  return Math.hypot(re, im);
}

/** Cents between a pitch and the strongest frequency within half a semitone of it: a quarter-cent search around the peak. */
function deviation(x: Float32Array, pitch: number): number {
  const at = (cents: number): number => strength(x, Math.round(0.5 * sampleRate), frequencyOf(pitch) * 2 ** (cents / 1200));
  let best = 0;
  for (const step of [8, 2, 0.5]) {
    const around = Array.from({ length: 9 }, (_, i) => best + (i - 4) * step);
    best = around.reduce((a, b) => (at(b) > at(a) ? b : a));
  }
  return best;
}

for (const name of instrumentNames) {
  test(`${name}: each voice sounds at its pitch, within 3 cents`, (t) => {
    for (const [part, pitch] of [72, 65, 57, 45].entries()) {
      const { channels } = synthesise([{ start: 0, duration: 2, pitch, velocity: 0.6, part }], instruments[name]);
      const cents = deviation(channels[0], pitch);
      t.true(Math.abs(cents) <= 3, `pitch ${pitch}: ${cents} cents`);
    }
  });

  test(`${name}: four bars have a sane level, no clicks, silence at the end, and the same bytes twice`, (t) => {
    const notes = timedNotes(
      scoreToMidi(sliceScore(chorale, 0, 32), { tempo: 80, key: { tonic: 0, mode: 'major' }, program: 52, title: '', settings: {} }),
    );
    const started = performance.now();
    const sound = synthesise(notes, instruments[name]);
    t.true(performance.now() - started < 3000, 'well under a second on an idle core');
    const end = Math.max(...notes.map((n) => n.start + n.duration));
    const frames = sound.channels[0].length;
    t.true(Math.abs(frames / sampleRate - end - instruments[name].release - 2.6) < 0.01, 'lasts until the hall has died away');
    let peak = 0;
    let squares = 0;
    let jump = 0;
    for (const channel of sound.channels) {
      t.true(channel.every(Number.isFinite));
      for (let i = 1; i < frames; i++) {
        peak = Math.max(peak, Math.abs(channel[i]));
        squares += channel[i] ** 2;
        jump = Math.max(jump, Math.abs(channel[i] - channel[i - 1]));
      }
      t.true(channel[frames - 1] === 0);
      t.true(
        channel.subarray(frames - 441).every((x) => Math.abs(x) < 1e-3),
        'the last hundredth of a second is silent',
      );
    }
    t.true(Math.abs(peak - peakLevel) < 1e-4, `peak ${peak}: −1 dBFS`);
    const level = 10 * Math.log10(squares / (2 * frames));
    t.true(level > -24 && level < -12, `${level.toFixed(1)} dBFS on average`);
    t.true(jump < 0.2, `largest step ${jump}; a click would be a step of the size of the signal`);
    const hash = (): string =>
      createHash('sha256')
        .update(writeWav(synthesise(notes, instruments[name])))
        .digest('hex');
    t.is(createHash('sha256').update(writeWav(sound)).digest('hex'), hash());
  });
}

test('the voices stand apart: what sounds left is not what sounds right', (t) => {
  const level = (part: number): number => {
    const { channels } = synthesise([{ start: 0, duration: 1, pitch: 60, velocity: 0.6, part }], instruments.organ);
    const [left, right] = channels.map((c) => c.reduce((sum, x) => sum + x * x, 0));
    return 10 * Math.log10(left / right);
  };
  t.true(level(0) > 1 && level(1) < -1, 'soprano left, alto right');
});
